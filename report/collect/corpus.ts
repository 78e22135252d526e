import { table } from "../../engine/index.ts";
import {
  type Found,
  outputsLike,
  type Read,
  type ReportSource,
  readTable,
  rowsIn,
} from "./source.ts";

const documents = table({
  document_key: "utf8",
  source: "utf8",
  language: "utf8",
  split: "utf8",
  sentences: "list<utf8>",
});
const duplicates = table({
  document_key: "utf8",
  kept_key: "utf8",
  kind: "utf8",
  similarity: "float32",
});
const rejected = table({ source: "utf8", line: "int64", reason: "utf8", excerpt: "utf8" });

/** The text that goes into the vocabulary and the examples, and what was left out of it. */
export interface Corpus {
  /** How many documents each node that writes documents has, in the pipeline's order. */
  readonly funnel: readonly { readonly node: string; readonly documents: number }[];
  readonly read: Read;
  readonly groups: readonly CorpusGroup[];
  /** How many sentences each document has. */
  readonly documentLengths: readonly number[];
  /** Files by how much text is from them, the largest first. */
  readonly sources: readonly SourceSize[];
  readonly duplicates: Duplicates | undefined;
  readonly rejected: Rejected | undefined;
}

export interface CorpusGroup {
  readonly language: string;
  readonly split: string;
  readonly documents: number;
  readonly sentences: number;
  /** UTF-8. */
  readonly bytes: number;
}

export interface SourceSize {
  readonly source: string;
  readonly documents: number;
  readonly bytes: number;
}

export interface Duplicates {
  readonly count: number;
  readonly kinds: readonly (readonly [kind: string, count: number])[];
  readonly samples: readonly {
    readonly document: string;
    readonly kept: string;
    readonly kind: string;
    readonly similarity: number;
  }[];
}

export interface Rejected {
  readonly count: number;
  readonly reasons: readonly (readonly [reason: string, count: number])[];
  readonly samples: readonly {
    readonly source: string;
    readonly line: number;
    readonly reason: string;
    readonly excerpt: string;
  }[];
}

const SAMPLES = 8;

/** Undefined where the pipeline has no table of documents that was made. */
export async function collectCorpus(source: ReportSource): Promise<Corpus | undefined> {
  const found = outputsLike(source, documents);
  const used = found.at(-1);
  if (used === undefined) return undefined;
  const groups = new Map<string, CorpusGroup>();
  const sources = new Map<string, SourceSize>();
  const documentLengths: number[] = [];
  const read = await readTable(used, (view, rows) => {
    const { offsets, values } = view.sentences;
    for (let row = 0; row < rows; row++) {
      const [from, to] = [offsets[row]!, offsets[row + 1]!];
      const bytes = values.offsets[to]! - values.offsets[from]!;
      const [language, split] = [view.language.get(row), view.split.get(row)];
      const group = groups.get(`${language} ${split}`);
      groups.set(`${language} ${split}`, {
        language,
        split,
        documents: (group?.documents ?? 0) + 1,
        sentences: (group?.sentences ?? 0) + to - from,
        bytes: (group?.bytes ?? 0) + bytes,
      });
      const name = view.source.get(row);
      const size = sources.get(name);
      sources.set(name, {
        source: name,
        documents: (size?.documents ?? 0) + 1,
        bytes: (size?.bytes ?? 0) + bytes,
      });
      documentLengths.push(to - from);
    }
  });
  return {
    funnel: found.map((each) => ({ node: each.node.id, documents: rowsIn(each) })),
    read,
    groups: [...groups.values()].sort((a, b) => b.bytes - a.bytes),
    documentLengths,
    sources: [...sources.values()].sort((a, b) => b.bytes - a.bytes),
    duplicates: await collectDuplicates(outputsLike(source, duplicates)[0]),
    rejected: await collectRejected(outputsLike(source, rejected)),
  };
}

async function collectDuplicates(
  found: Found<typeof duplicates> | undefined,
): Promise<Duplicates | undefined> {
  if (found === undefined) return undefined;
  const kinds = new Map<string, number>();
  const samples: Duplicates["samples"][number][] = [];
  const { allRows } = await readTable(found, (view, rows) => {
    for (let row = 0; row < rows; row++) {
      const kind = view.kind.get(row);
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      if (samples.length < SAMPLES)
        samples.push({
          document: view.document_key.get(row),
          kept: view.kept_key.get(row),
          kind,
          similarity: view.similarity[row]!,
        });
    }
  });
  return { count: allRows, kinds: byCount(kinds), samples };
}

async function collectRejected(
  found: readonly Found<typeof rejected>[],
): Promise<Rejected | undefined> {
  if (found.length === 0) return undefined;
  const reasons = new Map<string, number>();
  const samples: Rejected["samples"][number][] = [];
  let count = 0;
  for (const each of found) {
    const { allRows } = await readTable(each, (view, rows) => {
      for (let row = 0; row < rows; row++) {
        const reason = view.reason.get(row);
        reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
        if (samples.length < SAMPLES)
          samples.push({
            source: view.source.get(row),
            line: Number(view.line[row]!),
            reason,
            excerpt: view.excerpt.get(row),
          });
      }
    });
    count += allRows;
  }
  return { count, reasons: byCount(reasons), samples };
}

function byCount(counts: ReadonlyMap<string, number>): readonly (readonly [string, number])[] {
  return [...counts].sort(([, a], [, b]) => b - a);
}
