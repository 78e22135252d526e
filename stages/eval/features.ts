import type { TensorMap } from "../../backend/backend.ts";
import type { WordPieceTokenizer } from "../../lib/wordpiece/tokenizer.ts";

/** `[CLS] A [SEP]`, or `[CLS] A [SEP] B [SEP]`, of one example. */
export interface Features {
  readonly ids: Int32Array;
  /** Where segment B begins; `ids.length` where there is none. */
  readonly secondFrom: number;
  /** Class index, or the score. */
  readonly label: number;
}

/** Turns texts (in NFC, as documents are) into pieces; what is too long is cut at its end, of a pair the longer text first, as BERT does. */
export class FeatureBuilder {
  readonly #tokenizer: WordPieceTokenizer;
  readonly #clsId: number;
  readonly #sepId: number;
  readonly #maxSeqLength: number;

  /** @throws RangeError where the vocabulary lacks `[CLS]` or `[SEP]` */
  constructor(tokenizer: WordPieceTokenizer, maxSeqLength: number) {
    this.#tokenizer = tokenizer;
    this.#clsId = specialId(tokenizer, "[CLS]");
    this.#sepId = specialId(tokenizer, "[SEP]");
    this.#maxSeqLength = maxSeqLength;
  }

  build(texts: readonly string[], label: number): Features {
    const segments = texts.map((text) => this.#tokenizer.encode(text.normalize("NFC")).ids);
    const [a, b] = truncated(segments, this.#maxSeqLength - 1 - segments.length);
    const secondFrom = a!.length + 2;
    const ids = new Int32Array(secondFrom + (b === undefined ? 0 : b.length + 1));
    ids[0] = this.#clsId;
    ids.set(a!, 1);
    ids[secondFrom - 1] = this.#sepId;
    if (b !== undefined) {
      ids.set(b, secondFrom);
      ids[ids.length - 1] = this.#sepId;
    }
    return { ids, secondFrom, label };
  }
}

/** The id of a special piece. */
export function specialId(tokenizer: WordPieceTokenizer, piece: string): number {
  const id = tokenizer.idOf(piece);
  if (id === undefined) throw new RangeError(`the vocabulary has no ${piece}`);
  return id;
}

/** Of a pair the second loses its last piece where it is as long as the first or longer, else the first. */
function truncated(segments: readonly Int32Array[], longest: number): readonly Int32Array[] {
  const lengths = segments.map(({ length }) => length);
  const sum = () => lengths.reduce((total, length) => total + length, 0);
  while (sum() > longest) {
    const from = lengths.length === 1 || lengths[0]! > lengths[1]! ? 0 : 1;
    lengths[from]!--;
  }
  return segments.map((segment, index) => segment.subarray(0, lengths[index]));
}

/**
 * What a classification program is fed: `rows` of the examples, padded to `batchSize` rows (of weight 0) and
 * `sequenceLength` pieces. Labels are int32 where they are classes, float32 where they are scores.
 */
export function fillBatch(
  features: readonly Features[],
  rows: ArrayLike<number>,
  shape: { readonly batchSize: number; readonly sequenceLength: number },
  padId: number,
  scores: boolean,
): {
  readonly inputs: TensorMap;
  readonly targets: TensorMap;
} {
  const { batchSize, sequenceLength } = shape;
  const inputIds = new Int32Array(batchSize * sequenceLength).fill(padId);
  const attentionMask = new Int32Array(batchSize * sequenceLength);
  const tokenTypeIds = new Int32Array(batchSize * sequenceLength);
  const labels = scores ? new Float32Array(batchSize) : new Int32Array(batchSize);
  const weights = new Float32Array(batchSize);
  for (let row = 0; row < rows.length; row++) {
    const { ids, secondFrom, label } = features[rows[row]!]!;
    const at = row * sequenceLength;
    inputIds.set(ids, at);
    attentionMask.fill(1, at, at + ids.length);
    tokenTypeIds.fill(1, at + secondFrom, at + ids.length);
    labels[row] = label;
    weights[row] = 1;
  }
  return {
    inputs: {
      input_ids: inputIds,
      attention_mask: attentionMask,
      token_type_ids: tokenTypeIds,
    },
    targets: { labels, weights },
  };
}
