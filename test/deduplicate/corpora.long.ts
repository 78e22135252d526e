import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { Units } from "../../stages/deduplicate/units.ts";
import { type Document, duplicatesAmong } from "./rig.ts";

const shared = resolve(import.meta.dirname, "../../../shared/data");
const SHINGLE = 5;
const THRESHOLD = 0.8;

/** A column of a TSV file without quoting, its header left out. */
function column(file: string, index: number): string[] {
  const lines = readFileSync(join(shared, file), "utf8").split("\n").slice(1);
  return lines.flatMap((line) => line.split("\t")[index] ?? []);
}

function paragraphs(folder: string): string[] {
  const files = readdirSync(join(shared, folder)).filter((name) => /\.(txt|raw)$/.test(name));
  return files.flatMap((name) =>
    readFileSync(join(shared, folder, name), "latin1").split(/\r?\n\s*\n|(?<= )\n/),
  );
}

const CORPORA: readonly (readonly [name: string, texts: () => string[]])[] = [
  ["SST-2, phrases of reviews", () => column("glue/SST-2/train.tsv", 0)],
  ["QQP, first questions", () => column("glue/QQP/train.part.tsv", 3)],
  ["QNLI, contexts", () => column("glue/QNLI/train.sample.tsv", 2)],
  ["MNLI, premises", () => column("glue/MNLI/train.sample.tsv", 8)],
  ["NSMC, Korean reviews", () => column("korean/NSMC/train.tsv", 1)],
  [
    "KorSTS, both sentences",
    () => [5, 6].flatMap((at) => column("korean/KorSTS/sts-train.tsv", at)),
  ],
  ["Gutenberg, paragraphs", () => paragraphs("corpora/gutenberg")],
  ["WikiText-2, paragraphs", () => paragraphs("corpora/wikitext-2")],
];

/** A document's units and its set of shingles, spelt out. */
function shinglesOf({ text }: Document): { units: string; shingles: Set<string> } {
  const units = new Units();
  for (const sentence of text.split("\n")) {
    const bytes = new TextEncoder().encode(sentence);
    units.add(bytes, 0, bytes.length);
  }
  const all = [...units.values.subarray(0, units.length)];
  const width = Math.min(SHINGLE, all.length);
  const runs = Array.from({ length: all.length - width + 1 }, (_, at) =>
    all.slice(at, at + width).join(),
  );
  return { units: all.join(), shingles: new Set(runs) };
}

function jaccard(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  let common = 0;
  for (const shingle of one) if (other.has(shingle)) common++;
  return common / (one.size + other.size - common);
}

/** Pairs of sets that are at least so similar, found by what every set holds of each shingle. */
function* alike(sets: readonly ReadonlySet<string>[], least: number) {
  const holders = new Map<string, number[]>();
  for (const [index, set] of sets.entries()) {
    const common = new Map<number, number>();
    for (const shingle of set) {
      const own = holders.get(shingle);
      if (own === undefined) holders.set(shingle, [index]);
      else {
        for (const other of own) common.set(other, (common.get(other) ?? 0) + 1);
        own.push(index);
      }
    }
    for (const [other, count] of common)
      if (count / (set.size + sets[other]!.size - count) >= least) yield [index, other] as const;
  }
}

describe.skipIf(!existsSync(shared))("on ../shared/data (else skipped)", () => {
  test.each(CORPORA)(
    "%s: what goes is like what stays, and little that stays is alike",
    async (name, texts) => {
      const documents = texts()
        .map((text) => text.replace(/\s+/g, " ").trim())
        .filter((text) => /[\p{L}\p{N}]/u.test(text))
        .map((text, index): Document => ({ key: `${index}`, text }));
      const logs: string[] = [];
      const found = await duplicatesAmong(
        [documents],
        { shingle: SHINGLE, threshold: THRESHOLD },
        logs,
      );
      console.log(`${name}: ${logs.join("; ")}`);
      for (const { key, kept, similarity } of found
        .filter(({ kind }) => kind === "near")
        .slice(0, 3))
        console.log(
          `  ${similarity.toFixed(2)} ${[key, kept].map((own) => documents[Number(own)]!.text.slice(0, 90)).join(" | ")}`,
        );

      const spelt = documents.map(shinglesOf);
      let error = 0;
      const near = found.filter(({ kind }) => kind === "near");
      for (const { key, kept, kind, similarity } of found) {
        const [own, other] = [spelt[Number(key)]!, spelt[Number(kept)]!];
        if (kind === "exact") expect(own.units).toBe(other.units);
        else {
          const exact = jaccard(own.shingles, other.shingles);
          // Five standard errors of 128 hashes.
          expect(Math.abs(exact - similarity)).toBeLessThanOrEqual(5 * Math.sqrt(0.25 / 128));
          error += exact - similarity;
        }
      }
      // Estimates that reach the threshold are a little high on average.
      if (near.length > 100) expect(Math.abs(error / near.length)).toBeLessThan(0.03);

      const gone = new Set(found.map(({ key }) => Number(key)));
      const left = spelt.filter((_, index) => !gone.has(index));
      expect(new Set(left.map(({ units }) => units)).size).toBe(left.length);
      const sets = left.map(({ shingles }) => shingles);
      const missed = [...alike(sets, 0.9)].length;
      console.log(
        `  pairs that are 0.9 alike and both left: ${missed}; 0.8 alike: ${[...alike(sets, THRESHOLD)].length}`,
      );
      expect(missed).toBeLessThanOrEqual(0.01 * found.length);
    },
  );
});
