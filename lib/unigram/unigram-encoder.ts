import type { Tokenizer } from "tokenizers";
import type { UnigramDefinition } from "../tokenizer/definition.ts";
import type { Encoder, Utf8Texts } from "../tokenizer/encoder.ts";
import { TokenizerError } from "../tokenizer/tokenizer-error.ts";
import { IntList } from "../wordpiece/int-list.ts";
import type { OffsetEncoding } from "../wordpiece/offset-encoder.ts";
import { PieceList } from "../wordpiece/tokenizer.ts";
import { loadTokenizers } from "./tokenizers-package.ts";
import { unigramParts } from "./unigram-json.ts";
import { markWordStarts } from "./word-starts.ts";

/** Texts that cross to the package at once: each comes back as objects, which would fill memory. */
const BATCH_TEXTS = 512;

const BLANKS = /^▁+$/;

/** Encodes by a unigram language model through Hugging Face's `tokenizers`. */
export class UnigramEncoder implements Encoder {
  readonly #tokenizer: Tokenizer;
  /** 1 for a piece of nothing but marks of blanks, by id. */
  readonly #isBlank: Uint8Array;

  private constructor(tokenizer: Tokenizer, definition: UnigramDefinition) {
    this.#tokenizer = tokenizer;
    this.#isBlank = Uint8Array.from(definition.pieces, (piece) => (BLANKS.test(piece) ? 1 : 0));
  }

  /** A TokenizerError where the package is missing or does not take the vocabulary. */
  static async open(definition: UnigramDefinition): Promise<UnigramEncoder> {
    const { Tokenizer } = await loadTokenizers();
    try {
      return new UnigramEncoder(Tokenizer.fromString(encodingJson(definition)), definition);
    } catch (error) {
      throw new TokenizerError("the package tokenizers does not take a vocabulary", {
        where: "tokenizer.json",
        expected: "a Unigram model with a normaliser that it knows",
        got: error instanceof Error ? error.message : String(error),
      });
    }
  }

  async encodeTexts(
    { bytes, offsets }: Utf8Texts,
    from: number,
    to: number,
    out: PieceList,
    ends: IntList,
  ): Promise<void> {
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    for (let first = from; first < to; first += BATCH_TEXTS) {
      const texts: string[] = [];
      for (let at = first; at < Math.min(to, first + BATCH_TEXTS); at++)
        texts.push(decoder.decode(bytes.subarray(offsets[at]!, offsets[at + 1]!)));
      const encodings = await this.#tokenizer.encodeBatch(texts, { addSpecialTokens: false });
      for (const [index, text] of texts.entries()) {
        const encoding = encodings[index]!;
        this.#append(text, encoding.getIds(), encoding.getOffsets(), out);
        ends.push(out.length);
      }
    }
  }

  async encodeWithOffsets(texts: readonly string[]): Promise<readonly OffsetEncoding[]> {
    const encodings = await this.#tokenizer.encodeBatch([...texts], { addSpecialTokens: false });
    return texts.map((text, index) => {
      const offsets = encodings[index]!.getOffsets();
      const out = new PieceList(64);
      this.#append(text, encodings[index]!.getIds(), offsets, out);
      const unitOf = unitOffsets(text);
      return {
        ids: out.taken(),
        wordStarts: out.wordStarts.slice(0, out.length),
        starts: Int32Array.from(offsets, ([start]) => unitOf[start!]!),
        ends: Int32Array.from(offsets, ([, end]) => unitOf[end!]!),
      };
    });
  }

  normalise(text: string): string {
    return this.#tokenizer.getNormalizer()?.normalizeString(text) ?? text;
  }

  #append(
    text: string,
    ids: readonly number[],
    offsets: readonly (readonly number[])[],
    out: PieceList,
  ): void {
    out.reserve(ids.length);
    const codes = Array.from(text, (character) => character.codePointAt(0)!);
    markWordStarts(
      codes,
      {
        starts: offsets.map(([start]) => start!),
        ends: offsets.map(([, end]) => end!),
        blank: ids.map((id) => this.#isBlank[id]!),
      },
      out.wordStarts,
      out.length,
    );
    out.values.set(ids, out.length);
    out.length += ids.length;
  }
}

/** Where each code point begins in UTF-16 code units, and where the last ends. */
function unitOffsets(text: string): Int32Array {
  const units = new IntList(text.length + 1);
  units.push(0);
  for (const { length } of text) units.push(units.values[units.length - 1]! + length);
  return units.taken();
}

/**
 * The `tokenizer.json` to encode with: special pieces are spelt with a blank before them, which no text has where
 * pieces are looked for, so that a text which reads `[MASK]` is text, as in SentencePiece.
 */
function encodingJson(definition: UnigramDefinition): string {
  const { pieces, scores, special } = definition;
  const { normalizer, preTokenizer, model } = unigramParts(definition);
  return JSON.stringify({
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer,
    pre_tokenizer: preTokenizer,
    post_processor: null,
    decoder: null,
    model: {
      ...model,
      vocab: pieces.map((piece, id) => [special.has(id) ? ` ${piece}` : piece, scores[id]]),
    },
  });
}
