import type { IntList } from "../wordpiece/int-list.ts";
import type { OffsetEncoding } from "../wordpiece/offset-encoder.ts";
import type { PieceList } from "../wordpiece/tokenizer.ts";
import type { TokenizerDefinition } from "./definition.ts";

/** Texts as UTF-8 end to end, as an Arrow column has them: text i is `bytes` from offsets[i] to offsets[i + 1]. */
export interface Utf8Texts {
  readonly bytes: Uint8Array;
  readonly offsets: Int32Array;
}

/** Turns text into ids, whatever the vocabulary's kind. Special tokens that are written in a text are text. */
export interface Encoder {
  /** Appends the pieces of the texts `from` up to `to`, and to `ends` where each text's pieces end. */
  encodeTexts(
    texts: Utf8Texts,
    from: number,
    to: number,
    out: PieceList,
    ends: IntList,
  ): Promise<void>;
  /** The pieces of each of some texts, with their places in it. */
  encodeWithOffsets(texts: readonly string[]): Promise<readonly OffsetEncoding[]>;
  /** A text as it is when pieces are looked for in it, but for what makes words of it. */
  normalise(text: string): string;
}

/** Makes what encodes by a definition. A TokenizerError where a Unigram one lacks the package that it needs. */
export async function openEncoder(definition: TokenizerDefinition): Promise<Encoder> {
  if (definition.kind === "wordpiece") {
    const { WordPieceEncoder } = await import("./wordpiece-encoder.ts");
    return new WordPieceEncoder(definition);
  }
  const { UnigramEncoder } = await import("../unigram/unigram-encoder.ts");
  return UnigramEncoder.open(definition);
}

/** The ids of each of some texts. */
export async function encodeAll(
  encoder: Encoder,
  texts: readonly string[],
): Promise<readonly Int32Array[]> {
  const [{ IntList }, { PieceList }] = await Promise.all([
    import("../wordpiece/int-list.ts"),
    import("../wordpiece/tokenizer.ts"),
  ]);
  const out = new PieceList();
  const ends = new IntList();
  await encoder.encodeTexts(utf8Texts(texts), 0, texts.length, out, ends);
  return texts.map((_, index) =>
    out.values.slice(index === 0 ? 0 : ends.values[index - 1]!, ends.values[index]!),
  );
}

function utf8Texts(texts: readonly string[]): Utf8Texts {
  const encoded = texts.map((text) => Buffer.from(text));
  const offsets = new Int32Array(texts.length + 1);
  for (const [index, { length }] of encoded.entries())
    offsets[index + 1] = offsets[index]! + length;
  return { bytes: Buffer.concat(encoded), offsets };
}
