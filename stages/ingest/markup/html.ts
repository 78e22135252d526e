import { Tokenizer, type TokenizerCallbacks } from "htmlparser2";
import { BlockBuilder, type MarkupDocument, primarySubtag, tidy } from "./document.ts";
import { DroppedElement } from "./dropped-element.ts";
import { BLOCKS, DROPPED, OF_ARTICLE, PREFORMATTED, VOID } from "./html-elements.ts";

/**
 * The text of an HTML page or fragment: a block each block element, list item and table row, cells of a row with
 * blanks between them, lines of `pre` as blocks of their own. Left out: scripts, styles, pictures and formulas,
 * hidden elements, controls of forms, readings above Han, and as boilerplate `nav`, `aside`, and `header` and
 * `footer` outside an article. Takes any text, in linear time: no tree is built.
 */
export function htmlToBlocks(html: string): MarkupDocument {
  const page = new PageText(html);
  const tokenizer = new Tokenizer({}, page);
  tokenizer.write(html);
  tokenizer.end();
  return page.document();
}

/** An element's attributes that matter here. */
const ATTRIBUTES: ReadonlySet<string> = new Set([
  "hidden",
  "aria-hidden",
  "style",
  "lang",
  "xml:lang",
]);

class PageText implements TokenizerCallbacks {
  readonly #html: string;
  readonly #blocks = new BlockBuilder();
  #name = "";
  readonly #attributes = new Map<string, string>();
  #attribute: string | undefined;
  #dropped: DroppedElement | undefined;
  #preformatted = 0;
  #articles = 0;
  /** Characters of the title, once one has begun. */
  #title: string | undefined;
  #inTitle = false;
  #language: string | undefined;

  constructor(html: string) {
    this.#html = html;
  }

  document(): MarkupDocument {
    const blocks = this.#blocks.take();
    const title = tidy(this.#title ?? "");
    return {
      ...(title !== "" && { title }),
      ...(this.#language !== undefined && { language: this.#language }),
      blocks,
    };
  }

  onopentagname(start: number, end: number): void {
    this.#name = this.#html.slice(start, end).toLowerCase();
    this.#attributes.clear();
  }

  onattribname(start: number, end: number): void {
    const name = this.#html.slice(start, end).toLowerCase();
    this.#attribute = ATTRIBUTES.has(name) && !this.#attributes.has(name) ? name : undefined;
    if (this.#attribute !== undefined) this.#attributes.set(name, "");
  }

  onattribdata(start: number, end: number): void {
    this.#addToAttribute(this.#html.slice(start, end));
  }

  onattribentity(codepoint: number): void {
    this.#addToAttribute(String.fromCodePoint(codepoint));
  }

  #addToAttribute(text: string): void {
    if (this.#attribute === undefined) return;
    this.#attributes.set(this.#attribute, this.#attributes.get(this.#attribute)! + text);
  }

  onopentagend(): void {
    const name = this.#name;
    if (this.#dropped?.open(name)) this.#dropped = undefined;
    if (this.#dropped !== undefined) return;
    if (name === "html" || name === "body") this.#readLanguage();
    if (name === "title" && this.#title === undefined) {
      this.#inTitle = true;
      this.#title = "";
    }
    if (this.#isDropped(name)) {
      this.#separate(name);
      this.#dropped = new DroppedElement(name);
      return;
    }
    if (name === "article" || name === "main") this.#articles++;
    if (PREFORMATTED.has(name)) this.#preformatted++;
    this.#separate(name);
  }

  onselfclosingtag(): void {
    // HTML knows no such tags: <div/> opens a div. Those of SVG and MathML are dropped with their parents.
    this.onopentagend();
  }

  onclosetag(start: number, end: number): void {
    const name = this.#html.slice(start, end).toLowerCase();
    if (this.#dropped !== undefined) {
      const { ended, itself } = this.#dropped.close(name);
      if (ended) this.#dropped = undefined;
      if (!ended || itself) return;
    }
    if (name === "title") this.#inTitle = false;
    if (name === "article" || name === "main") this.#articles = Math.max(0, this.#articles - 1);
    if (PREFORMATTED.has(name)) this.#preformatted = Math.max(0, this.#preformatted - 1);
    this.#separate(name);
  }

  ontext(start: number, end: number): void {
    this.#text(this.#html.slice(start, end));
  }

  ontextentity(codepoint: number): void {
    this.#text(String.fromCodePoint(codepoint));
  }

  onattribend(): void {}
  oncdata(): void {}
  oncomment(): void {}
  ondeclaration(): void {}
  onprocessinginstruction(): void {}
  onend(): void {}

  #text(text: string): void {
    if (this.#dropped !== undefined) return;
    if (this.#inTitle) this.#title += text;
    else if (this.#preformatted === 0) this.#blocks.add(text);
    else {
      const lines = text.split(/\r\n?|\n/);
      for (const [index, line] of lines.entries()) {
        if (index > 0) this.#blocks.end();
        this.#blocks.add(line);
      }
    }
  }

  #separate(name: string): void {
    if (name === "br") this.#blocks.lineBreak();
    else if (name === "td" || name === "th") this.#blocks.add(" ");
    else if (BLOCKS.has(name)) this.#blocks.end();
  }

  #readLanguage(): void {
    const tag = this.#attributes.get("lang") ?? this.#attributes.get("xml:lang");
    if (tag !== undefined) this.#language ??= primarySubtag(tag);
  }

  #isDropped(name: string): boolean {
    if (VOID.has(name)) return false;
    if (DROPPED.has(name)) return this.#articles === 0 || !OF_ARTICLE.has(name);
    return (
      this.#attributes.has("hidden") ||
      this.#attributes.get("aria-hidden")?.trim().toLowerCase() === "true" ||
      /display\s*:\s*none/i.test(this.#attributes.get("style") ?? "")
    );
  }
}
