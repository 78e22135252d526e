import type { TokenizerDefinition } from "../../lib/tokenizer/definition.ts";
import type { Encoder } from "../../lib/tokenizer/encoder.ts";
import type { OffsetEncoding } from "../../lib/wordpiece/offset-encoder.ts";
import { scriptOf } from "./script.ts";

/** What a tokenizer makes of one word. */
export interface WordReading {
  /** As it is written in the text. */
  readonly word: string;
  readonly script: string;
  readonly pieces: number;
  readonly unknown: boolean;
  readonly characters: number;
  /** Characters of it that are in no piece, as often as they stand there. */
  readonly uncovered: readonly string[];
}

/** Says of text between blanks which words it has and what becomes of them. */
export class ChunkReader {
  readonly #encoder: Encoder;
  readonly #unknownId: number;
  /** The characters of all pieces of text. */
  readonly #covered: ReadonlySet<string>;

  constructor({ pieces, roles, special }: TokenizerDefinition, encoder: Encoder) {
    this.#encoder = encoder;
    this.#unknownId = roles.unk;
    this.#covered = new Set(
      pieces.flatMap((piece, id) => (special.has(id) ? [] : Array.from(piece))),
    );
  }

  /** The words of each of some chunks. */
  async read(chunks: readonly string[]): Promise<readonly (readonly WordReading[])[]> {
    const encoded = await this.#encoder.encodeWithOffsets(chunks);
    return chunks.map((chunk, index) => this.#wordsOf(chunk, encoded[index]!));
  }

  #wordsOf(chunk: string, { ids, wordStarts, starts }: OffsetEncoding): readonly WordReading[] {
    const words: WordReading[] = [];
    for (let from = 0; from < ids.length; ) {
      let to = from + 1;
      while (to < ids.length && wordStarts[to] === 0) to++;
      const end = to < ids.length ? starts[to]! : chunk.length;
      const word = chunk.slice(from === 0 ? 0 : starts[from]!, end).trim();
      const unknown = ids.subarray(from, to).includes(this.#unknownId);
      const normalised = this.#encoder.normalise(word);
      words.push({
        word,
        script: scriptOf(word),
        pieces: to - from,
        unknown,
        characters: characterCount(normalised),
        // What is spelt in pieces is covered by them.
        uncovered: unknown ? this.#uncoveredOf(normalised) : [],
      });
      from = to;
    }
    return words;
  }

  #uncoveredOf(normalised: string): readonly string[] {
    return Array.from(normalised).filter(
      (character) => !this.#covered.has(character) && !isBlank(character),
    );
  }
}

function characterCount(text: string): number {
  let count = 0;
  for (const character of text) if (!isBlank(character)) count++;
  return count;
}

function isBlank(character: string): boolean {
  return character === " " || (character > "\x7f" && /\s/u.test(character));
}
