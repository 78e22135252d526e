import type { TensorMap } from "../../backend/backend.ts";
import { isDecayed, type Optimiser } from "../../model/optimiser.ts";
import type { Features } from "./features.ts";

const EMBEDDING = "albert.embeddings.word_embeddings.weight";

/**
 * The pieces that stand in any of a task's examples, numbered anew. No gradient reaches the embeddings of the others,
 * so that a model of these alone learns the same: with AdamW only weight decay moves the others, by a known factor. It
 * saves what a step costs in proportion to the vocabulary, which of short examples is half of all.
 */
export class UsedPieces {
  /** The vocabulary's ids, ascending. */
  readonly #ids: Int32Array;
  readonly #numbers: Int32Array;

  private constructor(ids: Int32Array, vocabSize: number) {
    this.#ids = ids;
    this.#numbers = new Int32Array(vocabSize).fill(-1);
    for (const [number, id] of ids.entries()) this.#numbers[id] = number;
  }

  /** Those of these examples, and padding. */
  static of(features: readonly Features[], padId: number, vocabSize: number): UsedPieces {
    const used = new Uint8Array(vocabSize);
    used[padId] = 1;
    for (const { ids } of features) for (const id of ids) used[id] = 1;
    const all = Int32Array.from({ length: vocabSize }, (_, id) => id);
    return new UsedPieces(
      all.filter((id) => used[id] === 1),
      vocabSize,
    );
  }

  /** The whole vocabulary. */
  static all(vocabSize: number): UsedPieces {
    const ids = Int32Array.from({ length: vocabSize }, (_, id) => id);
    return new UsedPieces(ids, vocabSize);
  }

  get size(): number {
    return this.#ids.length;
  }

  /** A piece's number among those used. */
  numberOf(id: number): number {
    return this.#numbers[id]!;
  }

  /** Examples with the pieces' numbers for their ids. */
  renumbered(features: readonly Features[]): readonly Features[] {
    return features.map((each) => ({ ...each, ids: each.ids.map((id) => this.#numbers[id]!) }));
  }

  /** A model's parameters with the embeddings of these pieces only. */
  reduced(parameters: TensorMap): TensorMap {
    const whole = parameters[EMBEDDING] as Float32Array;
    const width = whole.length / this.#numbers.length;
    const own = new Float32Array(this.#ids.length * width);
    for (const [number, id] of this.#ids.entries())
      own.set(whole.subarray(id * width, (id + 1) * width), number * width);
    return { ...parameters, [EMBEDDING]: own };
  }

  /** The other way round: the embeddings of all other pieces are those before training times `decay`. */
  restored(parameters: TensorMap, before: TensorMap, decay: number): TensorMap {
    const own = parameters[EMBEDDING] as Float32Array;
    const width = own.length / this.#ids.length;
    const whole = (before[EMBEDDING] as Float32Array).map((value) => value * decay);
    for (const [number, id] of this.#ids.entries())
      whole.set(own.subarray(number * width, (number + 1) * width), id * width);
    return { ...parameters, [EMBEDDING]: whole };
  }
}

/** By what one step's weight decay scales an embedding that no gradient reaches. */
export function decayOf(optimiser: Optimiser, learningRate: number): number {
  return isDecayed(EMBEDDING, optimiser) ? 1 - learningRate * optimiser.weightDecay : 1;
}
