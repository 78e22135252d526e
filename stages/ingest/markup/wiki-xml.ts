import { Parser } from "htmlparser2";
import { primarySubtag } from "./document.ts";

/** A page as the export has it: its wikitext is that of the latest revision. */
export interface ExportedPage {
  /** Where `<page>` stands, from 1. */
  readonly line: number;
  readonly id: string;
  readonly title: string;
  readonly namespace: number;
  readonly redirect: boolean;
  /** `wikitext` for articles; others are scripts, styles, data. */
  readonly model: string;
  readonly text: string;
  /** The text is longer than what was kept of it. */
  readonly tooLong: boolean;
}

/** What the export says of the wiki; complete when the first page comes. */
export interface WikiSite {
  readonly language: string | undefined;
  /** Names of its namespaces by their numbers. */
  readonly namespaces: ReadonlyMap<number, string>;
}

/** A page's text is held whole, up to this many UTF-16 code units; MediaWiki itself takes 2 MiB. */
export const LONGEST_PAGE = 1 << 24;

/** Other values are names and numbers; what is longer is cut. */
const LONGEST_VALUE = 4096;

/** No tag, comment or declaration of a dump is longer. */
const LONGEST_SILENCE = 1 << 24;

/** Elements whose text is wanted, by their path. */
const WANTED: ReadonlySet<string> = new Set([
  "mediawiki/siteinfo/namespaces/namespace",
  "mediawiki/page/title",
  "mediawiki/page/ns",
  "mediawiki/page/id",
  "mediawiki/page/revision/timestamp",
  "mediawiki/page/revision/model",
  "mediawiki/page/revision/text",
]);
const DEEPEST_WANTED = 4;

interface OpenPage {
  line: number;
  id: string;
  title: string;
  namespace: number;
  redirect: boolean;
  model: string;
  text: string;
  tooLong: boolean;
  timestamp: string;
}

interface Revision {
  timestamp: string;
  model: string;
  text: string;
  tooLong: boolean;
}

/**
 * Reads MediaWiki's XML export, of schema 0.3 to 0.11, from text that comes in pieces, which may end anywhere. Nothing
 * is expanded but the five entities of XML and numeric references. Pages of namespaces that are not wanted, and
 * redirects where they are not, pass without their text being kept.
 */
export class WikiXmlReader {
  readonly #wanted: (page: { namespace: number; redirect: boolean }) => boolean;
  readonly #parser: Parser;
  readonly #finished: ExportedPage[] = [];
  readonly #namespaces = new Map<number, string>();
  #language: string | undefined;
  /** Names of open elements down to the deepest wanted one; of those below, only their number. */
  readonly #path: string[] = [];
  #below = 0;
  #root: string | undefined;
  #ended = false;
  #page: OpenPage | undefined;
  #revision: Revision | undefined;
  #value: string[] | undefined;
  #valueDepth = 0;
  #room = 0;
  #namespaceKey = 0;
  #last: ExportedPage | undefined;
  #unended: string | undefined;
  /** Where the last start tag ended. */
  #opened = -1;
  /** The piece that is being read, where it begins, and how far its lines are counted. */
  #piece = "";
  #offset = 0;
  #counted = 0;
  #line = 1;
  /** Characters since the parser last told of anything. */
  #silent = 0;

  constructor(wanted: (page: { namespace: number; redirect: boolean }) => boolean) {
    this.#wanted = wanted;
    this.#parser = new Parser(
      {
        onopentag: (name, attributes) => this.#open(name, attributes),
        ontext: (text) => this.#text(text),
        onclosetag: (name, implied) => this.#close(name, implied),
        oncomment: () => this.#heard(),
        onprocessinginstruction: () => this.#heard(),
      },
      { xmlMode: true },
    );
  }

  get site(): WikiSite {
    return { language: this.#language, namespaces: this.#namespaces };
  }

  /** The name of the outermost element, once it has come. */
  get root(): string | undefined {
    return this.#root;
  }

  /** Whether the outermost element was closed by its own end tag: the export is whole. */
  get whole(): boolean {
    return this.#ended;
  }

  /** The first element whose end tag is missing: what comes after it is in the wrong place. */
  get unended(): string | undefined {
    return this.#unended;
  }

  /** Whether a tag or comment has gone on for so long that it cannot be one: the parser holds it whole. */
  get endless(): boolean {
    return this.#silent > LONGEST_SILENCE;
  }

  /** The last whole page, wanted or not. */
  get last(): Pick<ExportedPage, "id" | "title"> | undefined {
    return this.#last;
  }

  /** The wanted pages that this piece ends. */
  push(piece: string): ExportedPage[] {
    this.#piece = piece;
    this.#counted = 0;
    this.#silent += piece.length;
    this.#parser.write(piece);
    this.#countTo(piece.length);
    this.#offset += piece.length;
    return this.#finished.splice(0);
  }

  #heard(): void {
    this.#silent = 0;
  }

  #open(name: string, attributes: Readonly<Record<string, string>>): void {
    this.#heard();
    this.#opened = this.#parser.endIndex;
    if (this.#path.length === DEEPEST_WANTED) {
      this.#below++;
      return;
    }
    this.#path.push(name);
    if (this.#path.length === 1) {
      this.#root ??= name;
      this.#language ??= primarySubtag(attributes["xml:lang"] ?? "");
    }
    const path = this.#path.join("/");
    if (path === "mediawiki/page") this.#openPage();
    else if (path === "mediawiki/page/redirect" && this.#page) this.#page.redirect = true;
    else if (path === "mediawiki/page/revision")
      this.#revision = { timestamp: "", model: "wikitext", text: "", tooLong: false };
    else if (path === "mediawiki/siteinfo/namespaces/namespace")
      this.#namespaceKey = Number(attributes["key"]);
    if (!WANTED.has(path)) return;
    const isText = path === "mediawiki/page/revision/text";
    if (isText && !(this.#page && this.#wanted(this.#page))) return;
    this.#value = [];
    this.#valueDepth = this.#path.length;
    this.#room = isText ? LONGEST_PAGE : LONGEST_VALUE;
  }

  #openPage(): void {
    this.#countTo(this.#parser.endIndex - this.#offset);
    this.#page = {
      line: this.#line,
      id: "",
      title: "",
      namespace: 0,
      redirect: false,
      model: "wikitext",
      text: "",
      tooLong: false,
      timestamp: "",
    };
  }

  #text(text: string): void {
    this.#heard();
    if (this.#value === undefined || this.#below > 0) return;
    if (this.#path.length !== this.#valueDepth) return;
    if (text.length > this.#room) {
      if (this.#revision && this.#path.at(-1) === "text") this.#revision.tooLong = true;
      this.#room = 0;
      return;
    }
    this.#room -= text.length;
    this.#value.push(text);
  }

  #close(name: string, implied: boolean): void {
    this.#heard();
    // The end of an empty element, <a/>, is implied where it begins.
    if (implied && this.#parser.endIndex !== this.#opened) this.#unended ??= name;
    if (this.#below > 0) {
      this.#below--;
      return;
    }
    const path = this.#path.join("/");
    this.#path.pop();
    if (this.#value !== undefined && this.#path.length + 1 === this.#valueDepth) {
      this.#take(path, this.#value.join(""));
      this.#value = undefined;
    }
    if (path === "mediawiki/page/revision") this.#closeRevision();
    else if (path === "mediawiki/page") this.#closePage();
    else if (path === "mediawiki") this.#ended = true;
  }

  #take(path: string, value: string): void {
    const name = path.slice(path.lastIndexOf("/") + 1);
    if (name === "namespace") this.#namespaces.set(this.#namespaceKey, value);
    else if (name === "title") this.#page!.title = value;
    else if (name === "ns") this.#page!.namespace = Number(value);
    else if (name === "id") this.#page!.id = value;
    else if (name === "timestamp") this.#revision!.timestamp = value;
    else if (name === "model") this.#revision!.model = value;
    else this.#revision!.text = value;
  }

  /** A history has every revision, as a rule the oldest first; times are written so that their order is that of text. */
  #closeRevision(): void {
    const { timestamp, model, text, tooLong } = this.#revision!;
    this.#revision = undefined;
    const page = this.#page!;
    if (timestamp < page.timestamp) return;
    Object.assign(page, { timestamp, model, text, tooLong });
  }

  #closePage(): void {
    const { timestamp: _, ...page } = this.#page!;
    this.#page = undefined;
    if (this.#unended !== undefined) return;
    this.#last = page;
    if (this.#wanted(page)) this.#finished.push(page);
  }

  #countTo(end: number): void {
    for (let at = this.#counted; ; at++) {
      at = this.#piece.indexOf("\n", at);
      if (at === -1 || at >= end) break;
      this.#line++;
    }
    this.#counted = Math.max(this.#counted, end);
  }
}
