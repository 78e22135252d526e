import type { ListData } from "../../engine/index.ts";
import type { Segment, SegmentPair } from "../../lib/examples/pairs.ts";
import { Growable, type TypedArray } from "../../lib/growable.ts";
import { lowerBound } from "../../lib/lower-bound.ts";

const int32 = () => new Growable(new Int32Array(1024));
const uint8 = () => new Growable(new Uint8Array(1024));

/** Text of which one row is mostly that of the row before. */
class RepeatingText {
  readonly #offsets = int32();
  readonly #bytes = uint8();
  #last = "";
  #lastBytes = new Uint8Array(0);

  constructor() {
    this.#offsets.push(0);
  }

  push(text: string): void {
    if (text !== this.#last) {
      this.#last = text;
      this.#lastBytes = Buffer.from(text);
    }
    this.#bytes.append(this.#lastBytes);
    this.#offsets.push(this.#bytes.length);
  }

  clear(): void {
    this.#bytes.length = 0;
    this.#offsets.length = 1;
  }

  data() {
    return { offsets: this.#offsets.view(), bytes: this.#bytes.view() };
  }
}

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

/** Lays out examples column by column, ready to become Arrow batches one after another. */
export class ExampleBuilder {
  readonly #separators: Separators;
  readonly #keys = new RepeatingText();
  readonly #splits = new RepeatingText();
  /** a_start, a_end, b_start, b_end of every example. */
  readonly #sentences = [int32(), int32(), int32(), int32()] as const;
  readonly #otherKeys = new RepeatingText();
  readonly #passes = int32();
  readonly #chunks = int32();
  readonly #labels = new Growable(new Int8Array(1024));
  readonly #offsets = int32();
  readonly #ids = int32();
  readonly #types = uint8();
  readonly #wordStarts = uint8();
  readonly #startOffsets = int32();
  readonly #starts = int32();
  readonly #predictionOffsets = int32();
  readonly #positions = int32();
  readonly #originals = int32();

  constructor(separators: Separators) {
    this.#separators = separators;
    this.#offsets.push(0);
    this.#startOffsets.push(0);
    this.#predictionOffsets.push(0);
  }

  get length(): number {
    return this.#labels.length;
  }

  /**
   * Lays out `[CLS] A [SEP] B [SEP]`, or `[CLS] A [SEP]`; the example is whole once its predictions are added.
   * `beginsWord` says by id which pieces begin a word, in place of the tokeniser.
   */
  open({ a, b, label, chunk }: SegmentPair, pass: number, beginsWord?: Uint8Array): OpenExample {
    const { key, split } = a.document;
    this.#keys.push(key);
    this.#otherKeys.push((b ?? a).document.key);
    this.#splits.push(split);
    this.#labels.push(label);
    this.#passes.push(pass);
    this.#chunks.push(chunk);
    const [aStart, aEnd, bStart, bEnd] = this.#sentences;
    aStart.push(a.sentenceStart);
    aEnd.push(a.sentenceEnd);
    bStart.push(b?.sentenceStart ?? a.sentenceEnd);
    bEnd.push(b?.sentenceEnd ?? a.sentenceEnd);

    const separator = 1 + a.to - a.from;
    const length = separator + 1 + (b === undefined ? 0 : b.to - b.from + 1);
    const at = this.#ids.extend(length);
    this.#offsets.push(at + length);
    this.#wordStarts.extend(length);
    this.#types.extend(length);
    const ids = this.#ids.values.subarray(at, at + length);
    const wordStarts = this.#wordStarts.values.subarray(at, at + length);
    ids[0] = this.#separators.clsId;
    this.#lay(a, at + 1);
    ids[separator] = this.#separators.sepId;
    if (b !== undefined) {
      this.#lay(b, at + separator + 1);
      ids[length - 1] = this.#separators.sepId;
    }
    this.#types.values.fill(0, at, at + separator + 1).fill(1, at + separator + 1, at + length);
    if (beginsWord !== undefined)
      for (let one = 0; one < length; one++) wordStarts[one] = beginsWord[ids[one]!]!;
    for (const special of [0, separator, length - 1]) wordStarts[special] = 1;
    this.#startOffsets.push(this.#starts.length);
    return { ids, wordStarts, separator };
  }

  /** Puts a segment at `at`, and where sentences begin in it. */
  #lay({ document, from, to }: Segment, at: number): void {
    this.#ids.values.set(document.ids.subarray(from, to), at);
    this.#wordStarts.values.set(document.wordStarts.subarray(from, to), at);
    const first = this.#offsets.values[this.#offsets.length - 2]!;
    for (const start of document.offsets.subarray(lowerBound(document.offsets, from))) {
      if (start >= to) break;
      this.#starts.push(at + start - from - first);
    }
  }

  addPredictions(positions: Int32Array, originals: Int32Array): void {
    this.#positions.append(positions);
    this.#originals.append(originals);
    this.#predictionOffsets.push(this.#positions.length);
  }

  /** The columns of the examples table, in place: they hold until `clear`. */
  columns() {
    const offsets = this.#offsets.view();
    const predictionOffsets = this.#predictionOffsets.view();
    const list = <A extends Int32Array | Uint8Array>(
      at: Int32Array,
      values: Growable<A>,
    ): ListData<A> => ({
      offsets: at,
      values: values.view(),
    });
    const [aStart, aEnd, bStart, bEnd] = this.#sentences;
    return {
      document_key: this.#keys.data(),
      b_document_key: this.#otherKeys.data(),
      split: this.#splits.data(),
      pass: this.#passes.view(),
      chunk: this.#chunks.view(),
      a_start: aStart.view(),
      a_end: aEnd.view(),
      b_start: bStart.view(),
      b_end: bEnd.view(),
      input_ids: list(offsets, this.#ids),
      token_type_ids: list(offsets, this.#types),
      word_starts: list(offsets, this.#wordStarts),
      sentence_starts: list(this.#startOffsets.view(), this.#starts),
      masked_lm_positions: list(predictionOffsets, this.#positions),
      masked_lm_ids: list(predictionOffsets, this.#originals),
      sentence_order_label: this.#labels.view(),
    };
  }

  /** Makes room for the next batch, where the last one lay. */
  clear(): void {
    for (const text of [this.#keys, this.#otherKeys, this.#splits]) text.clear();
    for (const offsets of [this.#offsets, this.#startOffsets, this.#predictionOffsets])
      offsets.length = 1;
    const columns: readonly Growable<TypedArray>[] = [
      ...this.#sentences,
      this.#passes,
      this.#chunks,
      this.#labels,
      this.#ids,
      this.#types,
      this.#wordStarts,
      this.#starts,
      this.#positions,
      this.#originals,
    ];
    for (const column of columns) column.length = 0;
  }
}
