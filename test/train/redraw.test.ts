import { expect, test } from "vitest";
import { makeBatch } from "../../engine/index.ts";
import { Masker } from "../../lib/examples/masking.ts";
import { segmentPairs } from "../../lib/examples/pairs.ts";
import { RandomStream } from "../../lib/random.ts";
import { ExampleBuilder } from "../../stages/sop-pairs/example-builder.ts";
import { params as pairParams } from "../../stages/sop-pairs/params.ts";
import { examples } from "../../stages/sop-pairs/tables.ts";
import { type ExampleView, readExamples, viewOf } from "../../stages/train/example-set.ts";
import { params } from "../../stages/train/params.ts";
import { exampleSource, mostTargets } from "../../stages/train/redraw.ts";
import { wordPieces } from "../rig/tokenizers.ts";
import { CLS, documentOf, MASK, SEP } from "../sop-pairs/documents.ts";
import { inMemory } from "./rig.ts";

const PIECES = Array.from({ length: 900 }, (_, index) => `p${index}`);
const definition = wordPieces(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ...PIECES]);

/** Documents of which every piece is unlike all others of its document, so that its place in it is certain. */
const documents = Array.from({ length: 40 }, (_, index) => ({
  ...documentOf(
    Array.from({ length: 12 }, (_, sentence) =>
      Array.from({ length: 3 + ((7 * index + 5 * sentence) % 9) }, (_, word) => 1 + (word % 3)),
    ),
    `document-${index}`,
  ),
  split: index % 8 === 0 ? "heldout" : "train",
}));

async function made(raw: object = {}) {
  const options = { ...pairParams.parse({ maxSeqLength: 64, ...raw }), seed: 1 };
  const builder = new ExampleBuilder({ clsId: CLS, sepId: SEP });
  const masker = new Masker(
    {
      ...options,
      maskId: MASK,
      maxPredictionsPerSeq: 64,
      replacements: Int32Array.from(PIECES, (_, index) => 5 + index),
    },
    64,
  );
  const others = { draw: () => documents[8]! };
  for (const document of documents)
    for (const pair of segmentPairs(document, 0, options, others)) {
      const { ids, wordStarts, separator } = builder.open(pair, 0);
      const random = new RandomStream(1, "mask", document.key, 0, pair.chunk);
      const count = masker.mask(ids, wordStarts, separator, random);
      builder.addPredictions(masker.positions.slice(0, count), masker.originals.slice(0, count));
    }
  const table = inMemory(examples.columns, [makeBatch(examples, builder.columns())]);
  return { table, set: await readExamples(table, definition.pieces.length) };
}

function plain({ ids, types, positions, targets, label }: ExampleView) {
  const whole = Array.from(ids);
  for (let at = 0; at < positions.length; at++) whole[positions[at]!] = targets[at]!;
  const separator = whole.indexOf(SEP);
  return {
    ids: Array.from(ids),
    types: [...types],
    positions: Array.from(positions),
    label,
    a: whole.slice(1, separator),
    b: whole.slice(separator + 1, -1),
    whole,
  };
}

const told = (redraw: "nothing" | "masks" | "pairs") => params.parse({ redraw });

test("the first epoch, and all where nothing is redrawn, see the examples as they were made", async () => {
  const { table, set } = await made();
  for (const redraw of ["nothing", "masks", "pairs"] as const) {
    const source = await exampleSource(set, table, definition, told(redraw), 42);
    for (const example of set.train) {
      expect(plain(source.view(example, 0))).toEqual(plain(viewOf(set, example)));
      if (redraw === "nothing")
        expect(plain(source.view(example, 3))).toEqual(plain(viewOf(set, example)));
    }
  }
});

test("masks of an epoch are of its own, of the same text, and do not depend on what was drawn before", async () => {
  const { table, set } = await made();
  const source = await exampleSource(set, table, definition, told("masks"), 42);
  const again = await exampleSource(set, table, definition, told("masks"), 42);
  const most = mostTargets(set, told("masks"));
  let moved = 0;
  for (const example of [...set.train].reverse()) again.view(example, 2);
  for (const example of set.train) {
    const [was, first, second] = [0, 1, 2].map((epoch) => plain(source.view(example, epoch)));
    for (const one of [first!, second!]) {
      expect([one.whole, one.types, one.label]).toEqual([was!.whole, was!.types, was!.label]);
      expect(one.positions.length).toBeGreaterThan(0);
      expect(one.positions.length).toBeLessThanOrEqual(most);
      expect(one.positions.some((at) => one.whole[at] === CLS || one.whole[at] === SEP)).toBe(
        false,
      );
    }
    if (`${first!.positions}` !== `${second!.positions}`) moved++;
    expect(plain(again.view(example, 2))).toEqual(second);
  }
  expect(moved / set.train.length).toBeGreaterThan(0.8);
  const other = await exampleSource(set, table, definition, told("masks"), 43);
  const differ = [...set.train].filter(
    (example) => `${plain(other.view(example, 1)).ids}` !== `${plain(source.view(example, 1)).ids}`,
  );
  expect(differ.length / set.train.length).toBeGreaterThan(0.8);
});

test("redrawn pairs hold the same text, parted at a sentence, half of them swapped", async () => {
  const { table, set } = await made();
  const source = await exampleSource(set, table, definition, told("pairs"), 42);
  let swapped = 0;
  let count = 0;
  let parted = 0;
  for (const example of set.train)
    for (const epoch of [1, 2, 3, 4]) {
      const was = plain(viewOf(set, example));
      const { a, b, label, types, ids } = plain(source.view(example, epoch));
      const [earlier, later] = label === 1 ? [b, a] : [a, b];
      const [before, after] = was.label === 1 ? [was.b, was.a] : [was.a, was.b];
      expect([...earlier, ...later]).toEqual([...before, ...after]);
      expect(earlier.at(-1)!).toBeLessThan(later[0]!);
      expect(types).toEqual(ids.map((_, at) => (at > a.length + 1 ? 1 : 0)));
      if (earlier.length !== before.length) parted++;
      swapped += label;
      count++;
    }
  expect(parted / count).toBeGreaterThan(0.3);
  expect(Math.abs(swapped / count - 0.5)).toBeLessThan(4 * Math.sqrt(0.25 / count));
});

test("an example of one segment keeps it, and pairs of two documents cannot be redrawn", async () => {
  const lone = await made({ loneSentence: "mask-only", objective: "none" });
  const source = await exampleSource(lone.set, lone.table, definition, told("pairs"), 42);
  for (const example of lone.set.train) {
    const redrawn = plain(source.view(example, 1));
    expect(redrawn.label).toBe(-1);
    expect(redrawn.whole).toEqual(plain(viewOf(lone.set, example)).whole);
  }
  const mixed = await made({ objective: "nsp" });
  await expect(
    exampleSource(mixed.set, mixed.table, definition, told("pairs"), 42),
  ).rejects.toThrow("pairs of two documents cannot be drawn anew");
  await exampleSource(mixed.set, mixed.table, definition, told("masks"), 42);
});
