import { type InputTable, PipelineError } from "../../engine/index.ts";
import { Masker, predictionBudget } from "../../lib/examples/masking.ts";
import { RandomStream } from "../../lib/random.ts";
import { ordinaryIds, type TokenizerDefinition } from "../../lib/tokenizer/definition.ts";
import type { examples } from "../sop-pairs/tables.ts";
import {
  type ExampleSet,
  type ExampleSource,
  type ExampleView,
  lengthOf,
  viewOf,
} from "./example-set.ts";
import { type Origins, readOrigins } from "./origins.ts";
import type { TrainParams } from "./params.ts";

/** Most targets that an example of a set can have in any epoch, or one of at most so many pieces. */
export function mostTargets(
  set: ExampleSet,
  { masking, redraw }: TrainParams,
  atMost = set.longest,
): number {
  const longest = Math.min(atMost, set.longest);
  const made = longest < set.longest ? mostTargetsWithin(set, longest) : set.mostTargets;
  if (redraw === "nothing") return made;
  const { maskedLmProb, maxPredictionsPerSeq = longest } = masking;
  return Math.max(made, predictionBudget(longest, maskedLmProb, maxPredictionsPerSeq));
}

function mostTargetsWithin(set: ExampleSet, longest: number): number {
  let most = 0;
  for (let example = 0; example < set.orderLabels.length; example++) {
    if (lengthOf(set, example) > longest) continue;
    const targets = set.targetOffsets[example + 1]! - set.targetOffsets[example]!;
    most = Math.max(most, targets);
  }
  return most;
}

/** The examples as the parameters ask: as they were made, or drawn anew. */
export async function exampleSource(
  set: ExampleSet,
  table: InputTable<(typeof examples)["columns"]>,
  definition: TokenizerDefinition,
  params: TrainParams,
  seed: number,
): Promise<ExampleSource> {
  if (params.redraw === "nothing") return { view: (example) => viewOf(set, example) };
  return new Redrawn(set, await readOrigins(table), definition, params, seed);
}

/**
 * Examples as an epoch sees them: the first as they were made; after it with masks of their own, and where `pairs`
 * are redrawn with another border between the segments and another order. By the function that made them, from
 * (seed, document, pass, epoch, window), so that neither batches nor where a training began changes a draw.
 */
export class Redrawn implements ExampleSource {
  readonly #set: ExampleSet;
  readonly #origins: Origins;
  readonly #params: TrainParams;
  readonly #seed: number;
  readonly #masker: Masker;

  /** @throws PipelineError where pairs are to be redrawn and some are not of one document */
  constructor(
    set: ExampleSet,
    origins: Origins,
    definition: TokenizerDefinition,
    params: TrainParams,
    seed: number,
  ) {
    if (params.redraw === "pairs" && origins.mixed)
      throw new PipelineError("pairs of two documents cannot be drawn anew", {
        where: "train.redraw",
        expected: "examples whose two segments are from one document",
        got: "next-sentence pairs, or lone sentences with another document's",
        hint: 'set redraw to "masks", or make sentence-order pairs in mode strict or paper',
      });
    this.#set = set;
    this.#origins = origins;
    this.#params = params;
    this.#seed = seed;
    const { masking } = params;
    this.#masker = new Masker(
      {
        ...masking,
        maskId: definition.roles.mask,
        replacements: masking.replaceWithSpecials
          ? Int32Array.from(definition.pieces.keys())
          : ordinaryIds(definition),
        maxPredictionsPerSeq: masking.maxPredictionsPerSeq ?? set.longest,
      },
      set.longest,
    );
  }

  view(example: number, epoch: number): ExampleView {
    const made = viewOf(this.#set, example);
    if (epoch === 0) return made;
    const chunk = this.#origins.chunks[example]!;
    const key = this.#origins.keys[example]!;
    let open = this.#unmasked(example, made);
    if (this.#params.redraw === "pairs" && made.label !== -1)
      open = this.#rearranged(
        open,
        this.#origins.sentenceStarts[example]!,
        new RandomStream(this.#seed, "train pairs", key, epoch, chunk),
      );
    const { ids, wordStarts, separator, types, label } = open;
    const random = new RandomStream(this.#seed, "train masks", key, epoch, chunk);
    const count = this.#masker.mask(ids, wordStarts, separator, random);
    return {
      ids,
      types,
      label,
      positions: this.#masker.positions.subarray(0, count),
      targets: this.#masker.originals.subarray(0, count),
    };
  }

  #unmasked(example: number, made: ExampleView): OpenView {
    const ids = Int32Array.from(made.ids);
    for (let at = 0; at < made.positions.length; at++) ids[made.positions[at]!] = made.targets[at]!;
    const second = made.types.indexOf(1);
    const separator = (second === -1 ? ids.length : second) - 1;
    const { types, label } = made;
    return { ids, types, label, separator, wordStarts: this.#origins.wordStarts[example]! };
  }

  /** Puts the two segments in the order of the document, parts them at another sentence, and swaps half of them. */
  #rearranged(open: OpenView, sentenceStarts: Uint16Array, random: RandomStream): OpenView {
    const { separator, ids, label } = open;
    const last = ids.length - 1;
    const a = [1, separator] as const;
    const b = [separator + 1, last] as const;
    const [earlier, later] = label === 1 ? [b, a] : [a, b];
    const border = earlier[1] - earlier[0];
    const text = [...range(earlier), ...range(later)];
    const places = new Map(text.map((position, place) => [position, place]));
    const borders = new Set([border]);
    for (const start of sentenceStarts) {
      const place = places.get(start)!;
      if (place > 0) borders.add(place);
    }
    const candidates = [...borders].sort((left, right) => left - right);
    const middle = candidates[random.below(candidates.length)]!;
    const swapped = random.float() < 0.5;
    const [first, second] = swapped
      ? [text.slice(middle), text.slice(0, middle)]
      : [text.slice(0, middle), text.slice(middle)];
    const order = [0, ...first, separator, ...second, last];
    return {
      ids: Int32Array.from(order, (position) => ids[position]!),
      wordStarts: Uint8Array.from(order, (position) => open.wordStarts[position]!),
      types: Uint8Array.from(order, (_, at) => (at > first.length + 1 ? 1 : 0)),
      separator: first.length + 1,
      label: swapped ? 1 : 0,
    };
  }
}

/** An example before it is masked. */
interface OpenView {
  readonly ids: Int32Array;
  readonly wordStarts: Uint8Array;
  readonly types: Uint8Array;
  /** Position of the first `[SEP]`. */
  readonly separator: number;
  readonly label: number;
}

function range([from, to]: readonly [number, number]): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}
