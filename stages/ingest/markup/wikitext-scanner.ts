import { decodeHTML } from "entities";
import { GAP, guarded, literal, withoutMarks } from "./wikitext-marks.ts";
import { BLOCK_TAGS, DROPPED_TAGS, INLINE_TAGS } from "./wikitext-tags.ts";

/** What decides over templates and links while wikitext is scanned. */
export interface ScanRules {
  /** What a template gives, in lines; `name` is in lower case. Undefined where it is no text. */
  expand(name: string, template: string): string | undefined;
  /** Whether a link's prefix, in lower case, is that of files, categories or other languages. */
  dropsPrefix(prefix: string): boolean;
}

/** A template that is nested deeper, or longer than so many UTF-16 code units, is left out rather than expanded. */
const DEEPEST_TEMPLATE = 8;
const LONGEST_TEMPLATE = 1 << 14;

/** So many constructs may be open at once. */
const DEEPEST = 500;

const TOKEN =
  /<!--|<|\{\||\|\}(?!\})|\{{2,}|\}{2,}|[{}]|\[\[|\]\]|\[(?=(?:[a-z]{3,6}:)?\/\/)|\]|'{2,}|&|\n|__(?=[A-Z\p{Lo}]{3,40}__)/gu;
const TAG = /<(\/?)([a-z][a-z0-9]*)(?:[\s/][^<>]{0,1000})?>/iy;
const ENTITY = /&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,31});/iy;
const ADDRESS = /[^\s\]<>"]*[ \t]*/y;
const LABEL_END = /[\]\n]/g;
const MAGIC_WORD = /__[A-Z\p{Lo}]{3,40}__/uy;

type Kind = "template" | "parameter" | "link" | "table";

interface Open {
  readonly kind: Kind;
  /** How many pieces there were before it. */
  readonly start: number;
  /** Whether its line begins with it. */
  readonly lineStart: boolean;
  /** How deep templates are nested in it. */
  height: number;
}

/**
 * Reads wikitext in one pass and gives its lines with all left out that is no running text: comments, references,
 * formulas, galleries, tables, files, categories, emphasis, tags of HTML. Links become their labels, templates what
 * the rules make of them. What opens and never ends is text; a table ends with its section. Linear in the text's length,
 * whatever it holds.
 */
export class WikitextScanner {
  readonly #text: string;
  readonly #rules: ScanRules;
  #at = 0;
  /** Text in pieces; one that is "\n" ends a line. */
  readonly #pieces: string[] = [];
  readonly #open: Open[] = [];
  /** How many of each kind are open. */
  readonly #count: Record<Kind, number> = { template: 0, parameter: 0, link: 0, table: 0 };
  /** Only blanks and colons since the line began. */
  #lineStart = true;
  /** Tags that no end tag follows any more. */
  readonly #unended = new Set<string>();
  /** Where the label of an external link ends. */
  #labelEnd = -1;
  /** The first closing bracket, or line's end, after the last external link's address. */
  #bracket = -1;

  constructor(wikitext: string, rules: ScanRules) {
    this.#text = withoutMarks(wikitext);
    this.#rules = rules;
  }

  /** The lines, with marks in them that closeGaps and then revealed take away. */
  lines(): string[] {
    TOKEN.lastIndex = 0;
    while (this.#at < this.#text.length) {
      TOKEN.lastIndex = this.#at;
      const token = TOKEN.exec(this.#text);
      if (token === null) break;
      this.#plain(token.index);
      this.#at = token.index + token[0].length;
      this.#take(token[0], token.index);
    }
    this.#plain(this.#text.length);
    while (this.#count.table > 0) this.#closeTable();
    const lines: string[] = [];
    let line: string[] = [];
    for (const piece of this.#pieces) {
      if (piece !== "\n") line.push(piece);
      else {
        lines.push(line.join(""));
        line = [];
      }
    }
    lines.push(line.join(""));
    return lines;
  }

  #plain(end: number): void {
    if (end > this.#at) this.#put(guarded(this.#text.slice(this.#at, end)));
    this.#at = end;
  }

  #put(piece: string): void {
    if (this.#lineStart && /[^\s:\ufdd0]/.test(piece)) this.#lineStart = false;
    this.#pieces.push(piece);
  }

  #gap(): void {
    const inside = this.#count.template + this.#count.parameter + this.#count.link > 0;
    if (!inside) this.#pieces.push(GAP);
  }

  #take(token: string, start: number): void {
    if (token === "\n") this.#newline();
    else if (token === "<!--") this.#comment();
    else if (token === "<") this.#tag(start);
    else if (token === "&") this.#entity(start);
    else if (token === "{|") this.#openTable();
    else if (token === "|}") this.#endTable();
    else if (token === "[[") this.#push("link");
    else if (token === "[") this.#externalLink();
    else if (start === this.#labelEnd) this.#at = start + 1;
    else if (token === "]]") this.#endLink();
    else if (token === "]") this.#put(literal("]"));
    else if (token.startsWith("{")) this.#openBraces(token.length);
    else if (token.startsWith("}")) this.#closeBraces(token.length);
    else if (token.startsWith("'")) this.#quotes(token.length);
    else this.#magicWord(start);
  }

  #newline(): void {
    // No link goes over a line before its first bar.
    while (this.#open.at(-1)?.kind === "link" && !this.#hasBar(this.#open.at(-1)!)) this.#pop();
    this.#lineStart = true;
    this.#pieces.push("\n");
    if (this.#count.table > 0 && HEADING.test(this.#text.slice(this.#at, this.#at + 300)))
      while (this.#count.table > 0) this.#closeTable();
  }

  #hasBar({ start }: Open): boolean {
    // Looked at once for a link: it is given up here, or lasts until its end.
    return this.#pieces.slice(start, start + 20).some((piece) => piece.includes("|"));
  }

  #comment(): void {
    const end = this.#text.indexOf("-->", this.#at);
    this.#at = end === -1 ? this.#text.length : end + 3;
    if (!this.#lineStart) return;
    // A line of nothing but a comment is no line.
    COMMENT_LINE_END.lastIndex = this.#at;
    this.#at += COMMENT_LINE_END.exec(this.#text)?.[0].length ?? 0;
  }

  #entity(start: number): void {
    ENTITY.lastIndex = start;
    const entity = ENTITY.exec(this.#text)?.[0];
    this.#at = start + (entity?.length ?? 1);
    this.#put(
      entity === undefined
        ? literal("&")
        : literal(withoutMarks(decodeHTML(entity)).replace(/\s/g, " ")),
    );
  }

  /** An address in brackets is what stands after it, or nothing. */
  #externalLink(): void {
    ADDRESS.lastIndex = this.#at;
    const label = this.#at + ADDRESS.exec(this.#text)![0].length;
    // What was found for an earlier link on the line holds for this one.
    if (label > this.#bracket) {
      LABEL_END.lastIndex = label;
      this.#bracket = LABEL_END.exec(this.#text)?.index ?? this.#text.length;
    }
    if (this.#text[this.#bracket] !== "]") {
      this.#put(literal("["));
      return;
    }
    this.#at = label;
    this.#labelEnd = this.#bracket;
    if (label === this.#bracket) this.#gap();
  }

  #magicWord(start: number): void {
    MAGIC_WORD.lastIndex = start;
    this.#at = start + MAGIC_WORD.exec(this.#text)![0].length;
  }

  /** Two for italics, three for bold, five for both; more of them are apostrophes. */
  #quotes(length: number): void {
    const apostrophes = length === 4 ? 1 : Math.max(0, length - 5);
    if (apostrophes > 0) this.#put(literal("'".repeat(apostrophes)));
  }

  #tag(start: number): void {
    TAG.lastIndex = start;
    const match = TAG.exec(this.#text);
    if (match === null) {
      this.#put(literal("<"));
      return;
    }
    const name = match[2]!.toLowerCase();
    const closing = match[1] === "/";
    const whole = match[0].endsWith("/>");
    const end = start + match[0].length;
    if (name === "nowiki" && !closing && !whole) {
      this.#at = end;
      const stop = this.#endTag(name);
      if (stop !== undefined) this.#put(literal(this.#text.slice(end, stop)).replaceAll("\n", " "));
    } else if (DROPPED_TAGS.has(name)) {
      this.#at = end;
      if (!closing && !whole) this.#endTag(name);
      this.#gap();
    } else if (name === "br" || BLOCK_TAGS.has(name)) {
      this.#at = end;
      this.#break(name);
    } else if (INLINE_TAGS.has(name)) this.#at = end;
    else this.#put(literal("<"));
  }

  /** Goes on after the end tag, if there is one; gives where that begins. */
  #endTag(name: string): number | undefined {
    if (this.#unended.has(name)) return undefined;
    const tag = new RegExp(`</${name}\\s*>`, "gi");
    tag.lastIndex = this.#at;
    const match = tag.exec(this.#text);
    if (match === null) {
      this.#unended.add(name);
      return undefined;
    }
    this.#at = match.index + match[0].length;
    return match.index;
  }

  #break(name: string): void {
    const inside = this.#open.length > 0;
    if (inside || name === "br") this.#put(" ");
    else {
      this.#pieces.push("\n", "\n");
      this.#lineStart = true;
    }
  }

  /** Opens a construct; one too deep is no markup. */
  #push(kind: Kind): void {
    if (this.#open.length === DEEPEST) return;
    const lineStart = this.#lineStart;
    this.#open.push({ kind, start: this.#pieces.length, lineStart, height: 0 });
    this.#count[kind]++;
    this.#lineStart = false;
  }

  #pop(): Open {
    const open = this.#open.pop()!;
    this.#count[open.kind]--;
    const parent = this.#open.at(-1);
    if (parent) parent.height = Math.max(parent.height, open.height);
    return open;
  }

  /** Gives up what was opened after the last of a kind, which has to be open. */
  #popTo(kind: Kind): Open {
    let open = this.#pop();
    while (open.kind !== kind) open = this.#pop();
    return open;
  }

  #contentOf(open: Open): string {
    return this.#pieces.splice(open.start).join("");
  }

  #openTable(): void {
    if (this.#lineStart) this.#push("table");
    else this.#put(literal("{|"));
  }

  #endTable(): void {
    if (this.#lineStart && this.#count.table > 0) this.#closeTable();
    else if (this.#count.template > 0 || this.#count.link > 0) this.#put(`|${literal("}")}`);
    else this.#put(this.#lineStart ? "|" : literal("|}"));
  }

  #closeTable(): void {
    this.#pieces.length = this.#popTo("table").start;
    this.#lineStart = false;
  }

  #openBraces(length: number): void {
    let left = length;
    while (left >= 2) {
      const kind = left === 3 ? "parameter" : "template";
      this.#push(kind);
      left -= kind === "template" ? 2 : 3;
    }
    if (left > 0) this.#put(literal("{"));
  }

  #closeBraces(length: number): void {
    let left = length;
    while (left >= 2) {
      const kind = this.#innermostBraces();
      if (kind === undefined) break;
      if (kind === "parameter") {
        this.#contentOf(this.#popTo("parameter"));
        left -= Math.min(3, left);
      } else {
        this.#endTemplate(this.#popTo("template"));
        left -= 2;
      }
    }
    if (left > 0) this.#put(literal("}".repeat(left)));
  }

  /** The kind of the last braces that are open in the innermost table, or outside any. */
  #innermostBraces(): "template" | "parameter" | undefined {
    if (this.#count.template + this.#count.parameter === 0) return undefined;
    for (let at = this.#open.length - 1; at >= 0; at--) {
      const { kind } = this.#open[at]!;
      if (kind === "template" || kind === "parameter") return kind;
      if (kind === "table") return undefined;
    }
    return undefined;
  }

  #endTemplate(open: Open): void {
    const content = this.#contentOf(open);
    const height = open.height + 1;
    const parent = this.#open.at(-1);
    if (parent) parent.height = Math.max(parent.height, height);
    const [name, rest] = named(content);
    const fits = height <= DEEPEST_TEMPLATE && content.length <= LONGEST_TEMPLATE;
    const text = this.#rules.expand(name, fits ? `{{${name}${rest}}}` : "");
    const lineStart = open.lineStart && this.#open.length === 0;
    if (text === undefined) this.#lineStart = lineStart;
    else this.#putExpanded(text, lineStart);
    this.#gap();
  }

  /** What begins a line may be several; in running text, or in another template, it is one. */
  #putExpanded(text: string, lineStart: boolean): void {
    const lines = text.split(/\n+/);
    if (!lineStart || lines.length === 1) {
      this.#put(literal(lines.join(" ")));
      return;
    }
    for (const line of lines) {
      this.#put(literal(line));
      this.#pieces.push("\n", "\n");
    }
    this.#lineStart = true;
  }

  #endLink(): void {
    if (this.#open.at(-1)?.kind !== "link") {
      this.#put(literal("]]"));
      return;
    }
    const content = this.#contentOf(this.#pop());
    const bar = content.indexOf("|");
    const target = (bar === -1 ? content : content.slice(0, bar)).trim();
    const prefix = /^([^:]{1,40}):/.exec(target)?.[1]?.trim().replaceAll("_", " ").toLowerCase();
    if (target === "" || (prefix !== undefined && this.#rules.dropsPrefix(prefix))) this.#gap();
    else {
      const label = bar === -1 ? target.replace(/^:/, "") : content.slice(bar + 1);
      this.#put(label.replace(/\n|\|/g, " "));
    }
  }
}

const HEADING = /^==+[^=\n].{0,250}?==/;
const COMMENT_LINE_END = /[ \t]*\n/y;

/** A template's name, as the library writes it, and what comes after it: arguments, or that of a parser function. */
function named(content: string): [name: string, rest: string] {
  const end = /[|\n:]|$/.exec(content)!.index;
  const name = content.slice(0, end).replaceAll("_", " ").trim().toLowerCase();
  return [name, content.slice(end)];
}
