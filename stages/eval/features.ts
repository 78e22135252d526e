import type { TensorMap } from "../../backend/backend.ts";
import { type Encoder, encodeAll } from "../../lib/tokenizer/encoder.ts";
import type { RoleIds } from "../../lib/tokenizer/roles.ts";

/** `[CLS] A [SEP]`, or `[CLS] A [SEP] B [SEP]`, of one example. */
export interface Features {
  readonly ids: Int32Array;
  /** Where segment B begins; `ids.length` where there is none. */
  readonly secondFrom: number;
  /** Whether the texts were longer. */
  readonly truncated: boolean;
  /** Class index, or the score; NaN where it is not known. */
  readonly label: number;
}

/** Frames texts as features; what is too long is cut at its end, of a pair the longer text first, as BERT does. */
export class FeatureBuilder {
  readonly #encoder: Encoder;
  readonly #clsId: number;
  readonly #sepId: number;
  readonly #maxSeqLength: number;

  constructor(encoder: Encoder, { cls, sep }: RoleIds, maxSeqLength: number) {
    this.#encoder = encoder;
    this.#clsId = cls;
    this.#sepId = sep;
    this.#maxSeqLength = maxSeqLength;
  }

  /** Of each example the one text or both. */
  async build(
    examples: readonly { readonly texts: readonly string[]; readonly label?: number }[],
  ): Promise<readonly Features[]> {
    const texts = examples.flatMap((example) => example.texts);
    const encoded = (await encodeAll(this.#encoder, texts)).values();
    return examples.map(({ texts, label = Number.NaN }) =>
      this.#frame(
        texts.map(() => encoded.next().value!),
        label,
      ),
    );
  }

  #frame(segments: readonly Int32Array[], label: number): Features {
    const [a, b] = truncated(segments, this.#maxSeqLength - 1 - segments.length);
    const kept = a!.length + (b?.length ?? 0);
    const cut = segments.reduce((all, { length }) => all + length, 0) > kept;
    const secondFrom = a!.length + 2;
    const ids = new Int32Array(secondFrom + (b === undefined ? 0 : b.length + 1));
    ids[0] = this.#clsId;
    ids.set(a!, 1);
    ids[secondFrom - 1] = this.#sepId;
    if (b !== undefined) {
      ids.set(b, secondFrom);
      ids[ids.length - 1] = this.#sepId;
    }
    return { ids, secondFrom, truncated: cut, label };
  }
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

/** What an encoder is fed: the rows, padded to `sequenceLength` pieces, and as many of padding as make `batchSize`. */
export function fillBatch(
  rows: readonly Features[],
  { batchSize, sequenceLength }: { readonly batchSize: number; readonly sequenceLength: number },
  padId: number,
): TensorMap {
  const inputIds = new Int32Array(batchSize * sequenceLength).fill(padId);
  const attentionMask = new Int32Array(batchSize * sequenceLength);
  const tokenTypeIds = new Int32Array(batchSize * sequenceLength);
  for (const [row, { ids, secondFrom }] of rows.entries()) {
    const at = row * sequenceLength;
    inputIds.set(ids, at);
    attentionMask.fill(1, at, at + ids.length);
    tokenTypeIds.fill(1, at + secondFrom, at + ids.length);
  }
  return {
    input_ids: inputIds,
    attention_mask: attentionMask,
    token_type_ids: tokenTypeIds,
  };
}
