import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { divide, type TokenizedDocument } from "../../lib/examples/document.ts";
import type { PairOptions } from "../../lib/examples/options.ts";
import { type OtherDocuments, type Segment, segmentPairs } from "../../lib/examples/pairs.ts";
import { RandomStream } from "../../lib/random.ts";
import { anyDocument, documentOf, even } from "./documents.ts";

const options: PairOptions = {
  seed: 42,
  objective: "sop",
  maxSeqLength: 32,
  shortSeqProb: 0.1,
  shortLengthDrawn: "per-window",
  loneSentence: "part",
  filling: "overfull",
  truncation: "pieces",
  direction: "forward",
  lastWindow: "rest",
  alikeSegments: "labelled",
};
const anyOptions = fc.record({
  seed: fc.integer(),
  objective: fc.constant("sop" as const),
  maxSeqLength: fc.integer({ min: 11, max: 128 }),
  shortSeqProb: fc.constantFrom(0, 0.1, 1),
  shortLengthDrawn: fc.constantFrom("per-window", "per-document"),
  loneSentence: fc.constant("part" as const),
  filling: fc.constantFrom("fitting", "overfull"),
  truncation: fc.constantFrom("words", "pieces"),
  direction: fc.constantFrom("forward", "either"),
  lastWindow: fc.constantFrom("reach-back", "rest"),
  alikeSegments: fc.constantFrom("labelled", "unlabelled"),
}) satisfies fc.Arbitrary<PairOptions>;

/** There is no other document. */
const none: OtherDocuments = { draw: (document) => document };

/** Sentence-order pairs, each of which has both segments and a label. */
function sentenceOrderPairs(
  document: TokenizedDocument,
  pass: number,
  chosen: PairOptions,
): { a: Segment; b: Segment; label: 0 | 1; chunk: number; truncated: number }[] {
  return segmentPairs(document, pass, chosen, none).map(({ b, label, ...pair }) => {
    if (b === undefined || label === -1) throw new Error("a pair without order");
    return { ...pair, b, label };
  });
}

describe("divide", () => {
  test("keeps every piece, in units of at most the longest", () => {
    fc.assert(
      fc.property(anyDocument, fc.integer({ min: 2, max: 100 }), (document, longest) => {
        const { offsets, sentences } = divide(document, longest);
        expect(offsets[0]).toBe(0);
        expect(offsets.at(-1)).toBe(document.ids.length);
        for (const [unit, sentence] of sentences.entries()) {
          const [from, to] = [offsets[unit]!, offsets[unit + 1]!];
          expect(to - from > 0 && to - from <= longest).toBe(true);
          expect(from >= document.offsets[sentence]!).toBe(true);
          expect(to <= document.offsets[sentence + 1]!).toBe(true);
        }
      }),
    );
  });

  test("leaves sentences that fit whole", () => {
    const document = even(5, 10);
    expect(divide(document, 10).offsets).toEqual([0, 10, 20, 30, 40, 50]);
  });

  test("cuts a long sentence before words, into nearly equal parts", () => {
    const document = documentOf([[3, 3, 3, 3, 3, 3, 3]]);
    expect(divide(document, 10)).toEqual({
      offsets: [0, 6, 12, 21].map((at) => at),
      sentences: [0, 0, 0],
    });
  });

  test("cuts a word longer than the window where it must", () => {
    expect(divide(documentOf([[25]]), 10).offsets).toEqual([0, 9, 17, 25]);
  });
});

describe("sentenceOrderPairs", () => {
  test("both segments are of one document, next to each other, and never the same", () => {
    fc.assert(
      fc.property(anyDocument, anyOptions, (document, chosen) => {
        for (const { a, b, label } of sentenceOrderPairs(document, 0, chosen)) {
          const [first, second] = label === 0 ? [a, b] : [b, a];
          expect(first.to <= second.from).toBe(true);
          expect(first.from < first.to && second.from < second.to).toBe(true);
          expect(a.to - a.from + b.to - b.from <= chosen.maxSeqLength - 3).toBe(true);
          // Adjacent before truncation: the later begins where the earlier ends, or inside its last sentence.
          expect([first.sentenceEnd, first.sentenceEnd - 1]).toContain(second.sentenceStart);
          for (const segment of [a, b]) {
            expect(segment.from >= document.offsets[segment.sentenceStart]!).toBe(true);
            expect(segment.to <= document.offsets[segment.sentenceEnd]!).toBe(true);
          }
        }
      }),
    );
  });

  test("windows follow one another through the document, in either direction, and lose no sentence", () => {
    fc.assert(
      fc.property(anyDocument, anyOptions, (document, anyway) => {
        const pairs = sentenceOrderPairs(document, 0, { ...anyway, lastWindow: "rest" });
        if (pairs.length === 0) return;
        const windows = pairs.map(({ a, b, label, truncated }) => {
          const [first, second] = label === 0 ? [a, b] : [b, a];
          const kept = a.to - a.from + (b.to - b.from);
          return { start: first.sentenceStart, end: second.sentenceEnd, pieces: kept + truncated };
        });
        windows.sort((left, right) => left.start - right.start || left.end - right.end);
        let sentence = 0;
        for (const { start, end } of windows) {
          expect([sentence, sentence - 1]).toContain(start);
          sentence = end;
        }
        expect(sentence).toBe(document.sentences.length);
        const pieces = windows.reduce((sum, window) => sum + window.pieces, 0);
        expect(pieces).toBe(document.ids.length);
      }),
    );
  });

  test("cut by words, every sentence of a document with pairs is in one, whole or in part", () => {
    fc.assert(
      fc.property(anyDocument, anyOptions, (document, chosen) => {
        const pairs = sentenceOrderPairs(document, 0, { ...chosen, truncation: "words" });
        if (pairs.length === 0) return;
        const seen = new Uint8Array(document.ids.length);
        for (const { a, b } of pairs) for (const { from, to } of [a, b]) seen.fill(1, from, to);
        for (const sentence of document.sentences) {
          const [from, to] = [document.offsets[sentence]!, document.offsets[sentence + 1]!];
          expect(seen.subarray(from, to).includes(1)).toBe(true);
        }
      }),
    );
  });

  test("a last window that reaches back is nearly full wherever the document is long enough", () => {
    fc.assert(
      fc.property(anyDocument, anyOptions, (document, anyway) => {
        const chosen = { ...anyway, shortSeqProb: 0, filling: "fitting", lastWindow: "reach-back" };
        const longest = chosen.maxSeqLength - 3;
        document.wordStarts.fill(1);
        for (const { a, b } of sentenceOrderPairs(document, 0, chosen as PairOptions))
          expect(a.to - a.from + (b.to - b.from)).toBeGreaterThanOrEqual(
            Math.min(0.9 * longest, document.ids.length),
          );
      }),
    );
  });

  test("every window that is not short by draw is nearly full, or holds all of its document", () => {
    const filling = { filling: "fitting", lastWindow: "reach-back", truncation: "pieces" } as const;
    fc.assert(
      fc.property(anyDocument, anyOptions, (document, anyway) => {
        const longest = anyway.maxSeqLength - 3;
        for (const { a, b, short } of segmentPairs(document, 0, { ...anyway, ...filling }, none)) {
          if (short) continue;
          const held = a.to - a.from + b!.to - b!.from;
          expect(held).toBeGreaterThanOrEqual(Math.min(0.9 * longest, document.ids.length));
        }
      }),
    );
  });

  test("gone through in either direction, the longer segment is as often the earlier one", () => {
    const longerLater = (direction: PairOptions["direction"]) => {
      let [later, count] = [0, 0];
      for (let index = 0; index < 150; index++) {
        const random = new RandomStream(3, "lengths", "", index);
        const sentences = Array.from({ length: 60 }, () =>
          new Array<number>(2 + random.below(30)).fill(1),
        );
        const document = documentOf(sentences, `document-${index}`);
        for (const { a, b, label } of sentenceOrderPairs(document, 0, {
          ...options,
          filling: "fitting",
          truncation: "words",
          direction,
        })) {
          const [first, second] = label === 0 ? [a, b] : [b, a];
          const difference = second.to - second.from - (first.to - first.from);
          if (difference !== 0) count++;
          if (difference > 0) later++;
        }
      }
      return { share: later / count, reach: 4.5 * Math.sqrt(0.25 / count) };
    };
    const forward = longerLater("forward");
    expect(forward.share).toBeGreaterThan(0.5 + forward.reach);
    const either = longerLater("either");
    expect(Math.abs(either.share - 0.5)).toBeLessThan(either.reach);
  });

  test("segments that read the same in either order have no label, unless they are to have one", () => {
    const document = even(2, 6);
    document.ids.set([7, 8, 7, 8, 7, 8, 7, 8, 7, 8, 7, 8]);
    const labels = (alikeSegments: PairOptions["alikeSegments"]) =>
      segmentPairs(document, 0, { ...options, alikeSegments }, none).map(({ label }) => label);
    expect(labels("unlabelled")).toEqual([-1]);
    expect(labels("labelled")).not.toEqual([-1]);
  });

  test("only a document too short for two segments gives nothing", () => {
    fc.assert(
      fc.property(anyDocument, anyOptions, (document, chosen) => {
        if (sentenceOrderPairs(document, 0, chosen).length > 0) return;
        expect(document.sentences.length).toBe(1);
        const inner = [...document.wordStarts].filter(
          (start, at) => start === 1 && at >= 4 && at <= document.ids.length - 4,
        );
        expect(inner).toEqual([]);
      }),
    );
  });

  test("a document of one sentence is parted at a word border", () => {
    const [pair] = sentenceOrderPairs(documentOf([[2, 2, 2, 2, 2]]), 0, options);
    const [first, second] = pair!.label === 0 ? [pair!.a, pair!.b] : [pair!.b, pair!.a];
    expect(first.to).toBe(second.from);
    expect([4, 6]).toContain(first.to);
    expect([first.sentenceStart, first.sentenceEnd]).toEqual([0, 1]);
    expect([second.sentenceStart, second.sentenceEnd]).toEqual([0, 1]);
  });

  test("a short last sentence joins the window before it", () => {
    const document = documentOf([[...new Array(15).fill(1)], [...new Array(14).fill(1)], [1]]);
    const pairs = sentenceOrderPairs(document, 0, { ...options, shortSeqProb: 0 });
    expect(pairs.length).toBe(1);
    expect(Math.max(pairs[0]!.a.sentenceEnd, pairs[0]!.b.sentenceEnd)).toBe(3);
    expect(pairs[0]!.truncated).toBe(1);
  });

  test("windows are full but for the last of a document", () => {
    const pairs = sentenceOrderPairs(even(200, 9), 0, { ...options, shortSeqProb: 0 });
    const lengths = pairs.map(({ a, b }) => a.to - a.from + (b.to - b.from));
    expect(lengths.slice(0, -1).every((length) => length === 29)).toBe(true);
  });

  test("half of the pairs are swapped, a tenth aim at a shorter length", () => {
    const pairs = Array.from({ length: 400 }, (_, index) =>
      sentenceOrderPairs(even(60, 5, `document-${index}`), 0, options),
    ).flat();
    const swapped = pairs.filter(({ label }) => label === 1).length / pairs.length;
    expect(pairs.length).toBeGreaterThan(4000);
    expect(Math.abs(swapped - 0.5)).toBeLessThan(5 * Math.sqrt(0.25 / pairs.length));
    // Sentences of five: a target of 26 to 29, one short draw in seven, still fills the window.
    const short = pairs.filter(({ a, b }) => a.to - a.from + (b.to - b.from) < 29);
    const lastWindows = 400;
    expect(short.length / pairs.length).toBeGreaterThan(0.07);
    expect((short.length - lastWindows) / pairs.length).toBeLessThan(0.1);
  });

  test("truncation takes from all four ends, mostly balancing the segments", () => {
    const cut = { aFront: 0, aBack: 0, bFront: 0, bBack: 0 };
    for (let index = 0; index < 300; index++) {
      const document = even(2, 25, `document-${index}`);
      for (const { a, b } of sentenceOrderPairs(document, 0, { ...options, shortSeqProb: 0 })) {
        cut.aFront += a.from - document.offsets[a.sentenceStart]!;
        cut.aBack += document.offsets[a.sentenceEnd]! - a.to;
        cut.bFront += b.from - document.offsets[b.sentenceStart]!;
        cut.bBack += document.offsets[b.sentenceEnd]! - b.to;
        expect(Math.abs(a.to - a.from - (b.to - b.from))).toBe(1);
      }
    }
    const total = cut.aFront + cut.aBack + cut.bFront + cut.bBack;
    expect(total).toBe(300 * 21);
    for (const count of Object.values(cut)) {
      expect(Math.abs(count / total - 0.25)).toBeLessThan(0.03);
    }
  });

  test("equal keys give equal pairs; another document, pass or seed gives others", () => {
    const document = even(100, 7);
    const pairs = sentenceOrderPairs(document, 0, options);
    expect(sentenceOrderPairs(document, 0, options)).toEqual(pairs);
    expect(sentenceOrderPairs(document, 1, options)).not.toEqual(pairs);
    expect(sentenceOrderPairs({ ...document, key: "other" }, 0, options)).not.toEqual(pairs);
    expect(sentenceOrderPairs(document, 0, { ...options, seed: 43 })).not.toEqual(pairs);
  });
});
