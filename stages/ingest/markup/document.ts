/** What a reader of a markup language makes of one document. */
export interface MarkupDocument {
  /** One line of text, never empty. */
  readonly title?: string;
  /** Primary BCP 47 subtag in lower case, as the document declares it. */
  readonly language?: string;
  /** Paragraphs, headings, list items, table rows: one line of text each, none empty, white space collapsed. */
  readonly blocks: readonly string[];
}

/** Text on one line: white space collapsed and trimmed, control characters and byte order marks removed. */
export function tidy(text: string): string {
  const line = CONTROL.test(text)
    ? text.replace(/[^\S\ufeff]|\u0085/g, " ").replace(/[\p{Cc}\ufeff]/gu, "")
    : text;
  return line.replace(/\s+/g, " ").trim();
}

const CONTROL = /[\p{Cc}\ufeff]/u;

/** The primary subtag of a language tag such as `en-GB`; undefined where it is none or says nothing. */
export function primarySubtag(tag: string): string | undefined {
  const subtag = /^\s*([a-z]{2,3})(?![a-z])/i.exec(tag)?.[1]?.toLowerCase();
  return subtag === "und" ? undefined : subtag;
}

/** Gathers running text into blocks. */
export class BlockBuilder {
  readonly #done: string[] = [];
  #open = "";
  #broken = false;

  add(text: string): void {
    this.#open += text;
    if (this.#broken && /\S/.test(text)) this.#broken = false;
  }

  /** A line's end within a paragraph is a blank; two with nothing between them end the paragraph. */
  lineBreak(): void {
    if (this.#broken) this.end();
    this.#open += " ";
    this.#broken = true;
  }

  /** Ends the block, if there is one. */
  end(): void {
    const text = this.#open === "" ? "" : tidy(this.#open);
    if (text !== "") this.#done.push(text);
    this.#open = "";
    this.#broken = false;
  }

  /** The blocks so far, none of them empty; the builder is empty then. */
  take(): string[] {
    this.end();
    return this.#done.splice(0);
  }
}
