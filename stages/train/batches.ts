import { RandomStream } from "../../lib/random.ts";
import type { PretrainingShape } from "../../model/pretraining.ts";
import type { ExampleView } from "./example-set.ts";

/** The tensors of `pretrainingPrograms`, filled; `tokens` counts pieces without padding. */
export interface Batch {
  readonly inputs: ReturnType<typeof fillBatch>;
  readonly tokens: number;
}

/**
 * The examples of every training step: each epoch goes through all of them in an order of its own, and a batch
 * may end one epoch and begin the next. A step's examples depend on the seed and the step alone.
 */
export class TrainingOrder {
  readonly #examples: Int32Array;
  readonly #seed: number;
  readonly #batchSize: number;
  #epoch = -1;
  #order: Int32Array;

  constructor(examples: Int32Array, batchSize: number, seed: number) {
    this.#examples = examples;
    this.#seed = seed;
    this.#batchSize = batchSize;
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
      this.#order = shuffled(this.#examples, this.#seed, "train-order", epoch);
      this.#epoch = epoch;
    }
    return this.#order;
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
  return { inputs, tokens: inputs.attention_mask.reduce((sum, one) => sum + one, 0) };
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
