import { cutIntoBatches, groupedByLength } from "../../lib/padded-lengths.ts";
import { RandomStream } from "../../lib/random.ts";
import type { PretrainingShape } from "../../model/pretraining.ts";
import type { ExampleView } from "./example-set.ts";

/** The tensors of `pretrainingPrograms`, filled, for programs of `shape`; `tokens` counts pieces without padding. */
export interface Batch {
  readonly shape: PretrainingShape;
  readonly inputs: ReturnType<typeof fillBatch>;
  readonly tokens: number;
}

/** What batches of examples of about one length go by. */
export interface LengthBins {
  /** Ascending; the last one holds every example. */
  readonly lengths: readonly number[];
  lengthOf(example: number): number;
}

/**
 * The examples of every training step: each epoch goes through all of them in an order of its own, and a batch
 * may end one epoch and begin the next. A step's examples depend on the seed and the step alone.
 *
 * With bins a batch holds examples of one bin, and the order of the batches is drawn, whatever their bins. What does not
 * fill a batch of one bin joins the next longer one. What is left of the longest ends the epoch, in a batch which
 * examples of the longest bin fill that begin the next: so the steps are as many as without bins.
 */
export class TrainingOrder {
  readonly #examples: Int32Array;
  readonly #seed: number;
  readonly #batchSize: number;
  readonly #bins: LengthBins | undefined;
  #epoch = -1;
  #order: Int32Array;

  constructor(examples: Int32Array, batchSize: number, seed: number, bins?: LengthBins) {
    this.#examples = examples;
    this.#seed = seed;
    this.#batchSize = batchSize;
    this.#bins = bins;
    this.#order = examples;
  }

  /** Example indices of a step, counted from 0. */
  at(step: number): Int32Array {
    const count = this.#examples.length;
    return Int32Array.from({ length: this.#batchSize }, (_, row) => {
      const position = step * this.#batchSize + row;
      return this.#epochOrder(Math.floor(position / count))[position % count]!;
    });
  }

  /** How often, before a row of a step, all examples had been gone through. */
  epochOf(step: number, row: number): number {
    return Math.floor((step * this.#batchSize + row) / this.#examples.length);
  }

  #epochOrder(epoch: number): Int32Array {
    if (epoch !== this.#epoch) {
      const order = shuffled(this.#examples, this.#seed, "train-order", epoch);
      this.#order = this.#bins === undefined ? order : this.#binned(order, epoch, this.#bins);
      this.#epoch = epoch;
    }
    return this.#order;
  }

  /** The same examples, so that cutting all epochs into batches makes these of like lengths. */
  #binned(order: Int32Array, epoch: number, { lengths, lengthOf }: LengthBins): Int32Array {
    const groups = groupedByLength(order, lengthOf, lengths);
    // Of the batch that the epoch before has begun.
    const begun = (epoch * order.length) % this.#batchSize;
    const missing = begun === 0 ? 0 : this.#batchSize - begun;
    const first: number[] = [];
    for (const group of groups.toReversed()) first.push(...group.splice(0, missing - first.length));
    const batches = cutIntoBatches(groups, this.#batchSize).map(({ rows }) => rows);
    const last = batches.at(-1)?.length === this.#batchSize ? [] : (batches.pop() ?? []);
    new RandomStream(this.#seed, "train-batches", "", epoch).shuffle(batches);
    return Int32Array.from([first, batches, last].flat(2));
  }
}

/** A copy in an order that the keys fix. */
export function shuffled(
  items: Int32Array,
  seed: number,
  purpose: string,
  epoch: number,
): Int32Array {
  const order = items.slice();
  new RandomStream(seed, purpose, "", epoch).shuffle(order);
  return order;
}

/** Consecutive runs of at most `batchSize` examples. */
export function* runsOf(examples: Int32Array, batchSize: number): Generator<Int32Array> {
  for (let from = 0; from < examples.length; from += batchSize)
    yield examples.subarray(from, from + batchSize);
}

/** Lays examples out as one padded batch; rows and targets beyond them and labels of -1 get weight 0. */
export function makeBatch(examples: Iterable<ExampleView>, shape: PretrainingShape): Batch {
  const inputs = fillBatch(examples, shape);
  return { shape, inputs, tokens: inputs.attention_mask.reduce((sum, one) => sum + one, 0) };
}

function fillBatch(examples: Iterable<ExampleView>, shape: PretrainingShape) {
  const { batchSize, sequenceLength, maskedPositions } = shape;
  const pieces = batchSize * sequenceLength;
  const inputs = {
    input_ids: new Int32Array(pieces),
    attention_mask: new Int32Array(pieces),
    token_type_ids: new Int32Array(pieces),
    masked_lm_positions: new Int32Array(maskedPositions),
    masked_lm_ids: new Int32Array(maskedPositions),
    masked_lm_weights: new Float32Array(maskedPositions),
    sentence_order_labels: new Int32Array(batchSize),
    sentence_order_weights: new Float32Array(batchSize),
  };
  let row = 0;
  let target = 0;
  for (const { ids, types, positions, targets, label } of examples) {
    const start = row * sequenceLength;
    inputs.input_ids.set(ids, start);
    inputs.token_type_ids.set(types, start);
    inputs.attention_mask.fill(1, start, start + ids.length);
    for (let index = 0; index < positions.length; index++, target++) {
      inputs.masked_lm_positions[target] = start + positions[index]!;
      inputs.masked_lm_ids[target] = targets[index]!;
      inputs.masked_lm_weights[target] = 1;
    }
    inputs.sentence_order_labels[row] = Math.max(0, label);
    inputs.sentence_order_weights[row] = label === -1 ? 0 : 1;
    row++;
  }
  return inputs;
}
