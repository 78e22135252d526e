import { PipelineError } from "../../../engine/index.ts";
import { decode } from "../decode.ts";
import { type LineOptions, LineSplitter } from "../lines.ts";
import type { ReaderInput } from "../reader.ts";
import type { Encoding } from "../source-options.ts";

/** The lines of a text, some at a time; the text is never held whole, a line is. */
export async function* readLines(
  input: ReaderInput,
  encoding: Encoding,
  options: LineOptions = {},
): AsyncGenerator<readonly string[]> {
  const splitter = new LineSplitter(input.where, options);
  for await (const piece of decode(input.bytes, { ...input, encoding })) yield splitter.push(piece);
  yield splitter.end();
}

/** How many UTF-16 code units a document may have: it is held whole, and its row of a table is. */
const LONGEST_DOCUMENT = 1 << 27;

/** Counts what a document holds, and throws a PipelineError where that is too much for one. */
export class DocumentSize {
  readonly #where: string;
  readonly #longest: number;
  #characters = 0;

  constructor(where: string, longest = LONGEST_DOCUMENT) {
    this.#where = where;
    this.#longest = longest;
  }

  add(line: string, begin: number): void {
    this.#characters += line.length;
    if (this.#characters <= this.#longest) return;
    throw new PipelineError(`a document of ${this.#where} is too long`, {
      where: `${this.#where}:${begin}`,
      expected: `documents of at most ${this.#longest} characters`,
      hint: 'part its documents by blank lines (text with document: "blank-line"), or split the file',
    });
  }

  end(): void {
    this.#characters = 0;
  }
}
