import { PipelineError } from "../../engine/index.ts";

/** A line is held whole; one longer than this many UTF-16 code units is an error rather than a crash. */
export const LONGEST_LINE = 1 << 26;
/** What is kept of one that is longer. */
const KEPT = 400;

export interface LineOptions {
  readonly longest?: number;
  /** Told of a line that is too long, with its beginning, instead of an error; an empty line then stands for it. */
  onTooLong?(line: number, begin: string): void;
}

/** Cuts text that comes in pieces into lines, ended by LF, CRLF or a lone CR; pieces may end anywhere. */
export class LineSplitter {
  readonly #where: string;
  readonly #longest: number;
  readonly #onTooLong: LineOptions["onTooLong"];
  #open = "";
  /** Whether the open line was too long and is passed over. */
  #passing = false;
  #carriageReturn = false;
  #count = 0;

  constructor(where: string, { longest = LONGEST_LINE, onTooLong }: LineOptions = {}) {
    this.#where = where;
    this.#longest = longest;
    this.#onTooLong = onTooLong;
  }

  /** The lines that this piece ends. */
  push(piece: string): string[] {
    let text = this.#carriageReturn ? `\r${piece}` : piece;
    this.#carriageReturn = text.endsWith("\r");
    if (this.#carriageReturn) text = text.slice(0, -1);
    const lines = (text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text).split("\n");
    // Only whole lines are joined to what was open, so that a line of many pieces is built in linear time.
    lines[0] = this.#passing ? "" : this.#open + lines[0]!;
    this.#passing &&= lines.length === 1;
    const last = lines.length - 1;
    for (let index = 0; index <= last; index++) {
      if (lines[index]!.length <= this.#longest) continue;
      this.#report(this.#count + index + 1, lines[index]!);
      lines[index] = "";
      this.#passing = index === last;
    }
    this.#open = lines.pop()!;
    this.#count += lines.length;
    return lines;
  }

  /** The last line, where the text did not end with a line's end. */
  end(): string[] {
    const none = this.#open === "" && !this.#passing && !this.#carriageReturn;
    const lines = none ? [] : [this.#open];
    this.#open = "";
    this.#passing = false;
    this.#carriageReturn = false;
    return lines;
  }

  #report(number: number, line: string): void {
    if (this.#onTooLong !== undefined) {
      this.#onTooLong(number, line.slice(0, KEPT));
      return;
    }
    throw new PipelineError(`a line of ${this.#where} is too long`, {
      where: `${this.#where}:${number}`,
      expected: `lines of at most ${this.#longest} characters`,
      hint: "put line breaks between its paragraphs",
    });
  }
}

/** The lines of a text that is there as a whole. */
export function linesOf(text: string): string[] {
  return text.includes("\r") ? text.split(/\r\n?|\n/) : text.split("\n");
}

/** Counts the lines of a text that comes in pieces, for messages. */
export class LineCounter {
  #ends = 0;
  #carriageReturn = false;

  add(text: string): void {
    if (text === "") return;
    this.#ends += this.#endsIn(text);
    this.#carriageReturn = text.endsWith("\r");
  }

  /** The number, from 1, of the line in which the text goes on after what was added and this. */
  after(text: string): number {
    return 1 + this.#ends + this.#endsIn(text);
  }

  #endsIn(text: string): number {
    let ends = 0;
    for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) ends++;
    for (let at = text.indexOf("\r"); at !== -1; at = text.indexOf("\r", at + 1))
      if (text[at + 1] !== "\n") ends++;
    // A CR counted at the last piece's end and the LF here are one.
    return this.#carriageReturn && text.startsWith("\n") ? ends - 1 : ends;
  }
}
