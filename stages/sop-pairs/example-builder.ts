import type { ListData } from "../../engine/index.ts";
import type { TokenizedDocument } from "./document.ts";
import type { SegmentPair } from "./pairs.ts";

type Integers = Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

/** Numbers put on end in an array that doubles as it fills. */
class Growing<A extends Integers> {
  array: A;
  length = 0;

  constructor(array: A) {
    this.array = array;
  }

  /** Makes room for `count` more and returns where they begin. */
  extend(count: number): number {
    const at = this.length;
    this.length += count;
    if (this.length > this.array.length) {
      const grown = new (this.array.constructor as new (length: number) => A)(2 * this.length);
      grown.set(this.array.subarray(0, at));
      this.array = grown;
    }
    return at;
  }

  push(value: number): void {
    const at = this.extend(1);
    this.array[at] = value;
  }

  append(values: ArrayLike<number>): void {
    const at = this.extend(values.length);
    this.array.set(values, at);
  }

  taken(): A {
    return this.array.slice(0, this.length) as A;
  }
}

const int32 = () => new Growing(new Int32Array(1024));
const uint8 = () => new Growing(new Uint8Array(1024));

/** The piece ids that stand between segments. */
export interface Separators {
  readonly clsId: number;
  readonly sepId: number;
}

/** One example's masked input, while it may still be changed in place. */
export interface OpenExample {
  readonly ids: Int32Array;
  readonly wordStarts: Uint8Array;
  /** Position of the `[SEP]` between A and B. */
  readonly separator: number;
}

/** Lays out examples column by column, ready to become one Arrow batch. */
export class ExampleBuilder {
  readonly #separators: Separators;
  readonly #keys: string[] = [];
  readonly #splits: string[] = [];
  /** a_start, a_end, b_start, b_end of every example. */
  readonly #sentences = [int32(), int32(), int32(), int32()] as const;
  readonly #labels: number[] = [];
  readonly #offsets = int32();
  readonly #ids = int32();
  readonly #types = uint8();
  readonly #wordStarts = uint8();
  readonly #predictionOffsets = int32();
  readonly #positions = int32();
  readonly #originals = int32();

  constructor(separators: Separators) {
    this.#separators = separators;
    this.#offsets.push(0);
    this.#predictionOffsets.push(0);
  }

  get length(): number {
    return this.#keys.length;
  }

  /** Lays out `[CLS] A [SEP] B [SEP]`; the example is whole once its predictions are added. */
  open(document: TokenizedDocument, { a, b, label }: SegmentPair): OpenExample {
    this.#keys.push(document.key);
    this.#splits.push(document.split);
    this.#labels.push(label);
    const [aStart, aEnd, bStart, bEnd] = this.#sentences;
    aStart.push(a.sentenceStart);
    aEnd.push(a.sentenceEnd);
    bStart.push(b.sentenceStart);
    bEnd.push(b.sentenceEnd);

    const separator = 1 + a.to - a.from;
    const end = separator + 1 + b.to - b.from;
    const at = this.#ids.extend(end + 1);
    this.#offsets.push(at + end + 1);
    const ids = this.#ids.array.subarray(at, at + end + 1);
    ids[0] = this.#separators.clsId;
    ids.set(document.ids.subarray(a.from, a.to), 1);
    ids[separator] = this.#separators.sepId;
    ids.set(document.ids.subarray(b.from, b.to), separator + 1);
    ids[end] = this.#separators.sepId;

    this.#wordStarts.extend(end + 1);
    const wordStarts = this.#wordStarts.array.subarray(at, at + end + 1);
    wordStarts.set(document.wordStarts.subarray(a.from, a.to), 1);
    wordStarts.set(document.wordStarts.subarray(b.from, b.to), separator + 1);
    for (const start of [0, 1, separator, separator + 1, end]) wordStarts[start] = 1;

    this.#types.extend(end + 1);
    this.#types.array.fill(0, at, at + separator + 1).fill(1, at + separator + 1, at + end + 1);
    return { ids, wordStarts, separator };
  }

  addPredictions(positions: Int32Array, originals: Int32Array): void {
    this.#positions.append(positions);
    this.#originals.append(originals);
    this.#predictionOffsets.push(this.#positions.length);
  }

  /** The columns of the examples table. */
  columns() {
    const offsets = this.#offsets.taken();
    const predictionOffsets = this.#predictionOffsets.taken();
    const list = <A extends Integers>(at: Int32Array, values: Growing<A>): ListData<A> => ({
      offsets: at,
      values: values.taken(),
    });
    const [aStart, aEnd, bStart, bEnd] = this.#sentences;
    return {
      document_key: this.#keys,
      split: this.#splits,
      a_start: aStart.taken(),
      a_end: aEnd.taken(),
      b_start: bStart.taken(),
      b_end: bEnd.taken(),
      input_ids: list(offsets, this.#ids),
      token_type_ids: list(offsets, this.#types),
      word_starts: list(offsets, this.#wordStarts),
      masked_lm_positions: list(predictionOffsets, this.#positions),
      masked_lm_ids: list(predictionOffsets, this.#originals),
      sentence_order_label: Int8Array.from(this.#labels),
    };
  }
}
