import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { Masker, predictionBudget } from "../../lib/examples/masking.ts";
import { segmentPairs } from "../../lib/examples/pairs.ts";
import { RandomStream } from "../../lib/random.ts";
import { MODES } from "../../stages/sop-pairs/modes.ts";
import { pairVocabulary } from "../../stages/sop-pairs/vocabulary.ts";
import { SPECIAL_PIECES, wordPieces } from "../rig/tokenizers.ts";
import { documentOf, MASK, SPECIALS } from "./documents.ts";

type Counts = Readonly<Record<string, number>>;
interface Masked {
  readonly draws: number;
  readonly counts: Counts;
  readonly positions: Counts;
  readonly fed: Counts;
  readonly runs: Counts;
  readonly commonest: Counts;
}
type Words = readonly number[];
type MaskingCase = readonly [
  a: Words,
  b: Words,
  most: number,
  ngram: number,
  favorShorterNgram: boolean,
  wholeWord: boolean,
];

/** Made by `test/gold/albert_examples_gold.py` with the reference's own functions. */
const gold = JSON.parse(
  await readFile(new URL("../gold/albert_examples.json", import.meta.url), "utf8"),
) as {
  readonly vocabulary: number;
  readonly documents: Readonly<Record<string, readonly Words[]>>;
  readonly masked: Readonly<Record<string, MaskingCase>>;
  readonly joinedWords: readonly [Words, Words];
  readonly budgets: Counts;
  readonly wordStarts: Readonly<Record<"unigram" | "wordpiece", Readonly<Record<string, boolean>>>>;
  readonly pairs: {
    readonly draws: number;
    readonly of: Readonly<
      Record<
        string,
        { readonly instances: Counts; readonly first: Counts; readonly lengths: Counts }
      >
    >;
  };
  readonly masks: Readonly<Record<string, Masked>>;
};

/** Draws of ours; the reference's are `gold`'s. */
const DRAWS = 4000;
/** Of about a thousand shares that are compared, one differs by so many deviations once in 1,700 runs. */
const DEVIATIONS = 5;

/**
 * Every outcome is as frequent with us as with the reference, and those that it has never had are rare. An outcome
 * may come up to `most` times in one draw, so that its variance is at most mean (most - mean) (Bhatia and Davis, 2000).
 */
function expectAlike(
  ours: ReadonlyMap<string, number>,
  theirs: Counts,
  of: number,
  draws: number,
  most = 1,
) {
  for (const outcome of new Set([...ours.keys(), ...Object.keys(theirs)])) {
    const [own, other] = [ours.get(outcome) ?? 0, theirs[outcome] ?? 0];
    const mean = (own + other) / (of + draws);
    const reach = DEVIATIONS * Math.sqrt(mean * Math.max(0, most - mean) * (1 / of + 1 / draws));
    const apart = Math.abs(own / of - other / draws);
    expect(apart, `${outcome}: ${own} of ${of}, ${other} of ${draws}`).toBeLessThanOrEqual(reach);
  }
}

function count(counts: Map<string, number>, outcome: string | number): void {
  counts.set(`${outcome}`, (counts.get(`${outcome}`) ?? 0) + 1);
}

describe("google mode's masks", () => {
  const { ngram: _, ...google } = { ...MODES.google, ngram: 3 };
  const ordinary = Array.from({ length: gold.vocabulary - SPECIALS }, (_, index) => `w${index}`);
  const vocabulary = pairVocabulary(wordPieces([...SPECIAL_PIECES, ...ordinary]), MODES.google);
  const cases: readonly (readonly [string, MaskingCase])[] = [
    ...Object.entries(gold.masked),
    ["joined", [...gold.joinedWords, 20, 3, true, true]],
  ];

  test.each(cases)("%s: counts, places, spans, sets and replacements", (name, made) => {
    const [a, b, maxPredictionsPerSeq, ngram, favorShorterNgram, wholeWord] = made;
    const starts = (words: Words) =>
      words.flatMap((pieces) => Array.from({ length: pieces }, (_, at) => (at === 0 ? 1 : 0)));
    const second = starts(b);
    if (name === "joined") second[0] = 0;
    const wordStarts = Uint8Array.from([1, ...starts(a), 1, ...second, 1]);
    const separator = 1 + starts(a).length;
    // Ids beyond the vocabulary: no replacement is the original by chance, as in the gold file.
    const whole = Int32Array.from(wordStarts, (_, at) => 1000 + at);
    const masker = new Masker(
      {
        ...google,
        ...vocabulary,
        maskedLmProb: 0.15,
        maxPredictionsPerSeq,
        ngram,
        favorShorterNgram,
        wholeWord,
      },
      wordStarts.length,
    );
    const random = new RandomStream(11, "google", name);
    const seen = {
      counts: new Map<string, number>(),
      positions: new Map<string, number>(),
      fed: new Map<string, number>(),
      runs: new Map<string, number>(),
      commonest: new Map<string, number>(),
    };
    let [predicted, spans] = [0, 0];
    for (let draw = 0; draw < DRAWS; draw++) {
      const ids = whole.slice();
      const positions = [
        ...masker.positions.subarray(0, masker.mask(ids, wordStarts, separator, random)),
      ];
      predicted += positions.length;
      count(seen.counts, positions.length);
      const set = positions.join("-");
      if (set in gold.masks[name]!.commonest) count(seen.commonest, set);
      let run = 0;
      for (const [index, position] of positions.entries()) {
        count(seen.positions, position);
        const fed = ids[position]!;
        count(
          seen.fed,
          fed === MASK ? "mask" : fed >= 1000 ? "kept" : fed < SPECIALS ? "special" : "ordinary",
        );
        run++;
        if (positions[index + 1] === position + 1) continue;
        count(seen.runs, run);
        spans++;
        run = 0;
      }
    }
    const { draws, counts, positions, fed, runs, commonest } = gold.masks[name]!;
    const sum = (of: Counts) => Object.values(of).reduce((all, one) => all + one, 0);
    expectAlike(seen.counts, counts, DRAWS, draws);
    expectAlike(seen.positions, positions, DRAWS, draws);
    expectAlike(seen.commonest, commonest, DRAWS, draws);
    expectAlike(seen.fed, fed, predicted, sum(fed));
    expectAlike(seen.runs, runs, spans, sum(runs));
  });
});

describe("google mode's pairs", () => {
  const documents = Object.entries(gold.documents).map(([name, sentences]) => {
    return documentOf(sentences, name);
  });
  const cases = Object.keys(gold.pairs.of).map((key) => key.split(" ") as [string, string, string]);

  test.each(cases)(
    "%s at %s, %s: instances, labels, cuts and lengths",
    (name, length, objective) => {
      const theirs = gold.pairs.of[`${name} ${length} ${objective}`]!;
      const document = documents.find(({ key }) => key === name)!;
      const others = {
        draw: (_: unknown, random: RandomStream) => {
          const rest = documents.filter(({ key }) => key !== name);
          return rest[random.below(rest.length)]!;
        },
      };
      const options = {
        ...MODES.google,
        objective: objective as "sop" | "nsp",
        maxSeqLength: Number(length),
        shortSeqProb: 0.1,
        seed: 5,
      };
      const seen = {
        instances: new Map<string, number>(),
        first: new Map<string, number>(),
        lengths: new Map<string, number>(),
      };
      for (let pass = 0; pass < DRAWS; pass++) {
        const pairs = segmentPairs(document, pass, options, others);
        count(seen.instances, pairs.length);
        for (const { a, b, label } of pairs) {
          const kind = b!.document.key === name ? "own" : "other";
          count(seen.first, `${label} ${kind} ${a.from}-${a.to - a.from}`);
          count(seen.lengths, `${a.to - a.from}+${b!.to - b!.from}`);
        }
      }
      expectAlike(seen.instances, theirs.instances, DRAWS, gold.pairs.draws);
      const most = Math.max(...Object.keys(theirs.instances).map(Number));
      expectAlike(seen.first, theirs.first, DRAWS, gold.pairs.draws, most);
      expectAlike(seen.lengths, theirs.lengths, DRAWS, gold.pairs.draws, most);
    },
  );
});

test.each(Object.entries(gold.budgets))(
  "an example of %s has %i predictions",
  (given, expected) => {
    const [length, most] = given.split(" ").map(Number);
    expect(predictionBudget(length!, 0.15, most!)).toBe(expected);
  },
);

test.each(["unigram", "wordpiece"] as const)("word starts of a %s vocabulary", (kind) => {
  const theirs = gold.wordStarts[kind];
  const pieces = Object.keys(theirs).filter((piece) => piece !== "[MASK]");
  const definition = wordPieces([...SPECIAL_PIECES, ...pieces]);
  const { beginsWord } = pairVocabulary({ ...definition, kind } as typeof definition, MODES.google);
  const ours = pieces.map((piece, index) => [piece, beginsWord![SPECIALS + index] === 1]);
  expect(Object.fromEntries(ours)).toEqual(
    Object.fromEntries(pieces.map((piece) => [piece, theirs[piece]])),
  );
});
