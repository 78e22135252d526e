import type { IntList } from "../wordpiece/int-list.ts";
import { Normaliser } from "../wordpiece/normaliser.ts";
import type { OffsetEncoding } from "../wordpiece/offset-encoder.ts";
import { type PieceList, WordPieceTokenizer } from "../wordpiece/tokenizer.ts";
import type { WordPieceDefinition } from "./definition.ts";
import type { Encoder, Utf8Texts } from "./encoder.ts";

/** Encodes by WordPiece, on the bytes as they lie. */
export class WordPieceEncoder implements Encoder {
  readonly #tokenizer: WordPieceTokenizer;
  readonly #normaliser: Normaliser;

  constructor({ pieces, roles, normaliser }: WordPieceDefinition) {
    this.#tokenizer = new WordPieceTokenizer(pieces, {
      ...normaliser,
      unknownToken: pieces[roles.unk]!,
    });
    this.#normaliser = new Normaliser(normaliser);
  }

  async encodeTexts(
    { bytes, offsets }: Utf8Texts,
    from: number,
    to: number,
    out: PieceList,
    ends: IntList,
  ): Promise<void> {
    for (let at = from; at < to; at++) {
      this.#tokenizer.encodeInto(bytes, offsets[at]!, offsets[at + 1]!, out);
      ends.push(out.length);
    }
  }

  async encodeWithOffsets(texts: readonly string[]): Promise<readonly OffsetEncoding[]> {
    return texts.map((text) => this.#tokenizer.encodeWithOffsets(text));
  }

  normalise(text: string): string {
    this.#normaliser.normalise((codes) => {
      for (const character of text) codes.push(character.codePointAt(0)!);
    });
    let normalised = "";
    for (const code of this.#normaliser.codes) normalised += String.fromCodePoint(code);
    return normalised;
  }
}
