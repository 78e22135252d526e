import { describe, expect, test } from "vitest";
import type { Batch, StageContext } from "../../engine/index.ts";
import { makeBatch } from "../../engine/index.ts";
import type { TokenizedDocument } from "../../lib/examples/document.ts";
import { Masker } from "../../lib/examples/masking.ts";
import { segmentPairs } from "../../lib/examples/pairs.ts";
import { RandomStream } from "../../lib/random.ts";
import type { AuditRow } from "../../stages/sop-pairs/audit/gates.ts";
import { type MadeExample, Tally } from "../../stages/sop-pairs/audit/tally.ts";
import { ExampleBuilder } from "../../stages/sop-pairs/example-builder.ts";
import { sopPairs } from "../../stages/sop-pairs/index.ts";
import { params, type SopPairsParams } from "../../stages/sop-pairs/params.ts";
import { cues, examples, type SopPairsOutputs, tallies } from "../../stages/sop-pairs/tables.ts";
import { inMemory } from "../train/rig.ts";
import { CLS, documentOf, MASK, SEP, SPECIALS } from "./documents.ts";

const REPLACEMENTS = Int32Array.from({ length: 3000 }, (_, index) => SPECIALS + index);
const vocabulary = {
  maskId: MASK,
  special: new Set([0, 1, CLS, SEP, MASK]),
  replacements: REPLACEMENTS,
};

/** Documents of sentences of three to fourteen words, every eighth held out. */
const documents = Array.from({ length: 160 }, (_, index) => {
  const random = new RandomStream(5, "audit", "", index);
  const sentences = Array.from({ length: 30 }, () =>
    Array.from({ length: 3 + random.below(12) }, () => 1 + random.below(3)),
  );
  const document = documentOf(sentences, `document-${index}`);
  const ids = Int32Array.from(document.ids, () => SPECIALS + random.below(3000));
  return { ...document, ids, split: index % 8 === 0 ? "heldout" : "train" };
});

function firstSentences(document: TokenizedDocument, count: number): TokenizedDocument {
  const end = document.offsets[count]!;
  return {
    ...document,
    ids: document.ids.subarray(0, end),
    wordStarts: document.wordStarts.subarray(0, end),
    offsets: document.offsets.subarray(0, count + 1),
    sentences: document.sentences.subarray(0, count),
  };
}

type Spoil = (made: MadeExample, index: number) => MadeExample | undefined;

/** Makes examples, spoils them, and audits what is left. */
async function audited(
  given: object,
  spoil: Spoil = (made) => made,
  some: readonly TokenizedDocument[] = documents,
) {
  const chosen: SopPairsParams = params.parse({ maxSeqLength: 64, ...given });
  const most = { maxPredictionsPerSeq: chosen.maxPredictionsPerSeq ?? 64 };
  const masker = new Masker({ ...chosen, ...vocabulary, ...most }, 64);
  const tally = new Tally({ ...chosen, ...most, vocabulary });
  const builder = new ExampleBuilder({ clsId: CLS, sepId: SEP });
  const others = { draw: () => documents[9]! };
  let index = 0;
  for (const document of some) {
    tally.begin(document);
    for (let pass = 0; pass < chosen.dupeFactor; pass++)
      for (const pair of segmentPairs(document, pass, { ...chosen, seed: 1 }, others)) {
        const open = builder.open(pair, pass);
        const random = new RandomStream(1, "mask", document.key, pass, pair.chunk);
        const count = masker.mask(open.ids, open.wordStarts, open.separator, random);
        const positions = masker.positions.slice(0, count);
        const originals = masker.originals.slice(0, count);
        builder.addPredictions(positions, originals);
        const made = spoil({ pair, pass, ...open, positions, originals }, index++);
        if (made !== undefined) tally.add(made);
      }
    tally.end();
  }
  tally.addSpans(masker.drawn, masker.taken);
  return concluded(chosen, makeBatch(examples, builder.columns()), tally.batches());
}

async function concluded(
  chosen: SopPairsParams,
  made: Batch<(typeof examples)["columns"]>,
  counted: ReturnType<Tally["batches"]>,
) {
  const logs: string[] = [];
  const context = {
    node: "sop-pairs",
    params: chosen,
    log: (level: string, message: string) => void logs.push(`${level}: ${message}`),
  } as unknown as StageContext<SopPairsParams, SopPairsOutputs>;
  const inputs = {
    examples: inMemory(examples.columns, [made]),
    tallies: inMemory(tallies.columns, [counted.tallies]),
    cues: inMemory(cues.columns, [counted.cues]),
    audit: { columns: sopPairs.spec.outputs.audit.columns, rows: async () => [] },
  };
  const rows: AuditRow[] = [];
  let error: unknown;
  try {
    for await (const { audit } of sopPairs.spec.conclusion!.run(inputs, context))
      rows.push(...[audit!].flat());
  } catch (thrown) {
    error = thrown;
  }
  const failed = rows.filter(({ verdict }) => verdict === "failed");
  return {
    rows,
    failed: [...new Set(failed.map(({ measure }) => measure))],
    of: (measure: string, split = "train") =>
      rows.find((row) => row.measure === measure && row.split === split),
    error: error as { message: string; details: { got: string } } | undefined,
    logs,
  };
}

/** Replaces the pair of every example. */
const withPair =
  (change: (pair: MadeExample["pair"], index: number) => MadeExample["pair"]): Spoil =>
  (made, index) => ({ ...made, pair: change(made.pair, index) });

describe("the audit", () => {
  test("passes what strict mode makes, and tells how much there is", async () => {
    const { failed, error, of, rows } = await audited({});
    expect([failed, error]).toEqual([[], undefined]);
    expect(of("swapped")!.of).toBe(of("examples")!.value);
    expect(of("seen sentences")).toMatchObject({ value: 1, of: 140 * 30, low: 1 });
    expect(of("examples", "heldout")!.value).toBeGreaterThan(100);
    expect(rows.every(({ about, verdict }) => about !== "" && verdict !== "")).toBe(true);
    expect(of("spans of 1 word, drawn", "all")!.value).toBeCloseTo(6 / 11, 1);
  });

  test.each<[string, object, Spoil]>([
    [
      "wrong text",
      {},
      (made) => ({
        ...made,
        ids: made.ids.with(1, 4242) as Int32Array<ArrayBuffer>,
        positions: made.positions.slice(0, 0),
        originals: made.originals.slice(0, 0),
      }),
    ],
    [
      "wrong text",
      {},
      withPair((pair) => ({ ...pair, a: { ...pair.a, sentenceEnd: pair.a.sentenceStart } })),
    ],
    [
      "wrong label",
      {},
      withPair((pair, index) => (index > 0 ? pair : { ...pair, label: pair.label === 1 ? 0 : 1 })),
    ],
    ["swapped", {}, (made, index) => (index % 2 === 0 && made.pair.label === 1 ? undefined : made)],
    [
      "cross-document",
      {},
      withPair((pair, index) =>
        index > 0 ? pair : { ...pair, b: { ...pair.b!, document: documents[11]! } },
      ),
    ],
    ["same place", {}, withPair((pair, index) => (index > 0 ? pair : { ...pair, b: pair.a }))],
    ["duplicates", { dupeFactor: 2 }, (made) => made],
    ["seen sentences", {}, (made) => (made.pair.chunk === 1 ? undefined : made)],
    ["short windows", {}, withPair((pair) => ({ ...pair, short: false }))],
    ["attainable fill", { shortSeqProb: 1 }, withPair((pair) => ({ ...pair, short: false }))],
    [
      "inner fill",
      { shortSeqProb: 1 },
      withPair((pair) => ({ ...pair, short: false, last: false })),
    ],
    [
      "masked share",
      {},
      (made) => ({
        ...made,
        positions: made.positions.subarray(1),
        originals: made.originals.subarray(1),
      }),
    ],
    [
      "special predicted",
      {},
      (made, index) =>
        index > 0 ? made : { ...made, positions: Int32Array.of(0), originals: Int32Array.of(CLS) },
    ],
    [
      "special replacements",
      {},
      (made, index) =>
        index > 0
          ? made
          : { ...made, ids: made.ids.map((id, at) => (at === made.positions[0] ? 1 : id)) },
    ],
    [
      "as [MASK]",
      {},
      (made) => ({
        ...made,
        ids: made.ids.map((id, at) => (made.positions.includes(at) ? MASK : id)),
      }),
    ],
    ["words in part", { wholeWord: false }, (made) => made],
  ])("%s: a gate that breaks", async (measure, given, spoil) => {
    const duplicating = measure === "duplicates";
    const seen: MadeExample[] = [];
    const again: Spoil = (made) => {
      const kept = { ...made, ids: made.ids.slice() };
      seen.push(kept);
      return made.pass === 0 ? kept : { ...seen[0]!, pass: 1 };
    };
    const chosen = { ...given, ...(measure === "words in part" && { wholeWord: true }) };
    const parted: Spoil = (made) => ({
      ...made,
      wordStarts: made.wordStarts.map((_, at) => at % 2),
    });
    const how = duplicating ? again : measure === "words in part" ? parted : spoil;
    const { failed, error } = await audited(chosen, how);
    expect(failed).toContain(measure);
    expect(error!.message).toBe("the examples do not pass their audit");
    expect(error!.details.got).toContain(measure);
  });

  test("documents shorter than a window fill what can be filled", async () => {
    const short = documents.map((document) => firstSentences(document, 3));
    const { failed, of } = await audited({ shortSeqProb: 0 }, undefined, short);
    expect(of("fill")!.value).toBeLessThan(0.85);
    expect(of("attainable fill")).toMatchObject({ verdict: "passed", low: 0.9 });
    expect(of("attainable fill")!.value).toBeGreaterThan(0.99);
    expect(failed).toEqual([]);
  });

  test("pairs that read the same in either order must not be labelled", async () => {
    const alike = documents.map((document) => ({ ...document, ids: document.ids.map(() => 7) }));
    const { failed, of } = await audited({ alikeSegments: "labelled" }, undefined, alike);
    expect(failed).toContain("alike");
    expect(of("alike")!.value).toBeGreaterThan(0);
    const { error } = await audited({}, undefined, alike);
    expect(error!.message).toBe("the corpus gives no example with an order to tell");
  });

  test("a length that tells the order is found", async () => {
    const lopsided = documents.map((document, index) => ({
      ...documentOf(
        Array.from({ length: 30 }, (_, at) => new Array<number>(at % 2 === 0 ? 30 : 26).fill(1)),
        `lopsided-${index}`,
      ),
      split: document.split,
    }));
    const { failed, of } = await audited(
      { direction: "forward", shortSeqProb: 0 },
      undefined,
      lopsided,
    );
    expect(of("length cue", "all")!.value).toBeGreaterThan(0.9);
    expect(failed).toContain("length cue");
  });

  test("sentences that are in training and held out are found", async () => {
    const twins = [
      ...documents,
      ...documents.map((one) => ({ ...one, key: `${one.key}-2`, split: "heldout" })),
    ];
    const { failed, of } = await audited({}, undefined, twins);
    expect(of("held-out overlap", "heldout")!.value).toBeCloseTo(140 / 180, 2);
    expect(failed).toEqual(["held-out overlap"]);
  });

  test("google mode breaks the gates that the reference breaks, and is told so without failing", async () => {
    const short = documents.map((document) => firstSentences(document, 2));
    const { failed, error, logs, of } = await audited(
      { mode: "google", dupeFactor: 8 },
      undefined,
      short,
    );
    expect(error).toBeUndefined();
    expect(of("cross-document")!.value).toBeGreaterThan(0.05);
    expect(failed).toContain("cross-document");
    expect(logs[0]).toMatch(/^warn: audit: cross-document \(train\) is 0\.\d+ of \d+$/);
    const enforced = await audited({ mode: "google", audit: "enforce" }, undefined, short);
    expect(enforced.error!.message).toBe("the examples do not pass their audit");
  });

  test("a corpus that gives nothing, or nothing with an order, is an error that says what to do", async () => {
    const one = [documentOf([[2]], "one")];
    expect((await audited({}, undefined, one)).error!.message).toBe("the corpus gives no example");
    const lone = [documentOf([new Array(20).fill(1)], "lone")];
    const masked = { loneSentence: "mask-only" };
    const { error } = await audited(masked, undefined, lone);
    expect(error!.message).toBe("the corpus gives no example with an order to tell");
    expect(
      (await audited({ ...masked, objective: "none" }, undefined, lone)).error,
    ).toBeUndefined();
  });
});
