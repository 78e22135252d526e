import type { TokenizerDefinition } from "../../lib/tokenizer/definition.ts";
import type { Encoder } from "../../lib/tokenizer/encoder.ts";
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

  async read(chunk: string): Promise<readonly WordReading[]> {
    const { ids, wordStarts, starts } = await this.#encoder.encodeWithOffsets(chunk);
    const words: WordReading[] = [];
    for (let from = 0; from < ids.length; ) {
      let to = from + 1;
      while (to < ids.length && wordStarts[to] === 0) to++;
      const end = to < ids.length ? starts[to]! : chunk.length;
      const word = chunk.slice(from === 0 ? 0 : starts[from]!, end).trim();
      const characters = Array.from(this.#encoder.normalise(word).replace(/\s/gu, ""));
      words.push({
        word,
        script: scriptOf(word),
        pieces: to - from,
        unknown: ids.subarray(from, to).includes(this.#unknownId),
        characters: characters.length,
        uncovered: characters.filter((character) => !this.#covered.has(character)),
      });
      from = to;
    }
    return words;
  }
}
