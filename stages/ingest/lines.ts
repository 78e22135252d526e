import { PipelineError } from "../../engine/index.ts";

/** A line is held whole; one longer than this many UTF-16 code units is an error rather than a crash. */
const LONGEST_LINE = 1 << 26;

/** Cuts text that comes in pieces into lines, ended by LF, CRLF or a lone CR; pieces may end anywhere. */
export class LineSplitter {
  readonly #path: string;
  readonly #longest: number;
  #open = "";
  #carriageReturn = false;
  #count = 0;

  constructor(path: string, longest = LONGEST_LINE) {
    this.#path = path;
    this.#longest = longest;
  }

  /** The lines that this piece ends. */
  push(piece: string): string[] {
    let text = this.#carriageReturn ? `\r${piece}` : piece;
    this.#carriageReturn = text.endsWith("\r");
    if (this.#carriageReturn) text = text.slice(0, -1);
    const lines = (text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text).split("\n");
    // Only whole lines are joined to what was open, so that a line of many pieces is built in linear time.
    lines[0] = this.#open + lines[0]!;
    this.#open = lines.pop()!;
    if (this.#open.length > this.#longest) throw this.#tooLong(lines.length);
    this.#count += lines.length;
    return lines;
  }

  /** The last line, where the text did not end with a line's end. */
  end(): string[] {
    const lines = this.#open === "" && !this.#carriageReturn ? [] : [this.#open];
    this.#open = "";
    this.#carriageReturn = false;
    return lines;
  }

  #tooLong(before: number): PipelineError {
    return new PipelineError(`a line of ${this.#path} is too long`, {
      where: `${this.#path}:${this.#count + before + 1}`,
      expected: `lines of at most ${this.#longest} characters`,
      hint: "put line breaks between its paragraphs",
    });
  }
}

/** The lines of a text that is there as a whole. */
export function linesOf(text: string): string[] {
  return text.includes("\r") ? text.split(/\r\n?|\n/) : text.split("\n");
}
