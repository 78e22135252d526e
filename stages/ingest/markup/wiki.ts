import { PipelineError } from "../../../engine/index.ts";
import { decode } from "../decode.ts";
import { type MarkupDocument, tidy } from "./document.ts";
import { type Converted, type ConvertOptions, convertPages } from "./wiki-convert.ts";
import { LEFT_OUT_SECTIONS } from "./wiki-sections.ts";
import { WikiThreads } from "./wiki-threads.ts";
import { type ExportedPage, LONGEST_PAGE, WikiXmlReader } from "./wiki-xml.ts";

/** A page of a wiki. */
export interface WikiPage extends MarkupDocument {
  /** MediaWiki's number for it. */
  readonly id: string;
  /** The line of the dump at which it begins, from 1. */
  readonly line: number;
}

export interface WikiDumpOptions {
  /** The dump's path, for messages. */
  readonly where: string;
  /** Threads that convert wikitext; with 1 it is done in this one. Changes no result. */
  readonly threads: number;
  /** Numbers of the namespaces that are read; 0 has the articles. */
  readonly namespaces: readonly number[];
  /** Keeps pages that only lead to another. */
  readonly redirects: boolean;
  /** Keeps pages that tell apart what has the same name. Default false. */
  readonly disambiguations?: boolean;
  /** Headings of sections that are left out with all below them, in any case of letters. Default English and Korean. */
  readonly sections?: readonly string[];
  /** Keeps the other headings, each a block. Default false. */
  readonly headings?: boolean;
  /** A page that takes longer is rejected: the library has met what it cannot do. Default 60. */
  readonly secondsPerPage?: number;
  readonly signal?: AbortSignal;
  reject(line: number, reason: string, excerpt: string): void;
}

/** Pages go to threads in tasks of about so many UTF-16 code units. */
const TASK = 1 << 18;

/**
 * The pages of a MediaWiki export (`pages-articles`, or a history, of which the latest revisions count) as text, in
 * the order of the dump; the dump is never held whole, a page is. A page that cannot be converted is rejected.
 * Throws a PipelineError where the dump is none, is not UTF-8, or ends before its end, once all whole pages are out.
 */
export async function* readWikiDump(
  bytes: AsyncIterable<Uint8Array>,
  options: WikiDumpOptions,
): AsyncGenerator<readonly WikiPage[]> {
  const dump = new Dump(bytes, options);
  let threads: WikiThreads | undefined;
  const running: { pages: readonly ExportedPage[]; converted: Promise<readonly Converted[]> }[] =
    [];
  const first = async () => {
    const { pages, converted } = running.shift()!;
    return written(pages, await converted, dump.reader.site.language, options);
  };
  try {
    for await (const pages of tasksOf(dump.pages())) {
      const texts = pages.map(({ text }) => text);
      const convertOptions = convertOptionsOf(dump.reader, options);
      if (options.threads <= 1) {
        const converted = convertPages(texts, convertOptions);
        yield written(pages, converted, dump.reader.site.language, options);
        continue;
      }
      threads ??= new WikiThreads(convertOptions);
      if (running.length === options.threads) yield await first();
      const converted = threads.convert(texts);
      converted.catch(() => {});
      running.push({ pages, converted });
    }
    while (running.length > 0) yield await first();
  } finally {
    await threads?.close();
  }
  if (dump.failure !== undefined) throw dump.failure;
}

/** The text of a dump as it comes; what is wrong with it is kept for after its pages. */
class Dump {
  readonly reader: WikiXmlReader;
  failure: unknown;
  readonly #bytes: AsyncIterable<Uint8Array>;
  readonly #options: WikiDumpOptions;
  #offset = 0;

  constructor(bytes: AsyncIterable<Uint8Array>, options: WikiDumpOptions) {
    this.#bytes = bytes;
    this.#options = options;
    this.reader = new WikiXmlReader(
      ({ namespace, redirect }) =>
        options.namespaces.includes(namespace) && (options.redirects || !redirect),
    );
  }

  async *pages(): AsyncGenerator<readonly ExportedPage[]> {
    const { where, signal } = this.#options;
    try {
      for await (const text of decode(this.#counted(), { where, encoding: "utf-8" })) {
        signal?.throwIfAborted();
        yield this.reader.push(text);
        const { root, unended, endless } = this.reader;
        if (root !== undefined && root !== "mediawiki") throw this.#notADump(root);
        if (unended !== undefined) throw this.#notWellFormed(unended);
        if (endless) throw this.#endless();
      }
      if (!this.reader.whole) throw this.#cutShort();
    } catch (error) {
      this.failure = error;
    }
  }

  async *#counted(): AsyncGenerator<Uint8Array> {
    for await (const piece of this.#bytes) {
      this.#offset += piece.length;
      yield piece;
    }
  }

  #notADump(root: string): PipelineError {
    const { where } = this.#options;
    return new PipelineError(`${where} is no dump of a wiki`, {
      where,
      expected: "MediaWiki's XML export, whose outermost element is <mediawiki>",
      got: `<${root.slice(0, 40)}>`,
      hint: "take the file of a wiki's dump whose name has pages-articles in it",
    });
  }

  #cutShort(): PipelineError {
    const { where } = this.#options;
    if (this.reader.root === undefined)
      return new PipelineError(`${where} is no dump of a wiki`, {
        where,
        expected: "MediaWiki's XML export",
        got: this.#offset === 0 ? "nothing" : "text without an element",
      });
    return new PipelineError(`${where} ends early`, {
      where: `${where}, byte ${this.#offset}`,
      expected: "</mediawiki> at its end",
      got: this.#after(),
      hint: "download it again; its whole pages were read",
    });
  }

  #notWellFormed(element: string): PipelineError {
    const { where } = this.#options;
    return new PipelineError(`${where} is not well-formed`, {
      where: `${where}, before byte ${this.#offset}`,
      expected: "an end tag for each start tag",
      got: `none for <${element.slice(0, 40)}>, ${this.#after()}`,
      hint: "download it again; the whole pages before were read",
    });
  }

  #endless(): PipelineError {
    const { where } = this.#options;
    return new PipelineError(`${where} is no dump of a wiki`, {
      where: `${where}, before byte ${this.#offset}`,
      expected: "tags and comments of a few lines",
      got: `one that does not end, ${this.#after()}`,
    });
  }

  #after(): string {
    const { last } = this.reader;
    return last === undefined
      ? "before the first page ended"
      : `after the page ${JSON.stringify(last.title.slice(0, 80))} (id ${last.id})`;
  }
}

/** Pages in groups worth a message to a thread. */
async function* tasksOf(
  some: AsyncIterable<readonly ExportedPage[]>,
): AsyncGenerator<readonly ExportedPage[]> {
  let task: ExportedPage[] = [];
  let size = 0;
  for await (const pages of some) {
    for (const page of pages) {
      task.push(page);
      size += page.text.length;
      if (size < TASK) continue;
      yield task;
      task = [];
      size = 0;
    }
  }
  if (task.length > 0) yield task;
}

/** Numbers that MediaWiki gives the namespaces whose links are no text: media, files, categories. */
const NO_TEXT = [-2, 6, 14];

/** Names of these that every wiki knows, and older ones that their own keep. */
const NO_TEXT_NAMES = ["media", "file", "image", "category", "그림"];

function convertOptionsOf(reader: WikiXmlReader, options: WikiDumpOptions): ConvertOptions {
  const names = NO_TEXT.flatMap((key) => reader.site.namespaces.get(key) ?? []);
  return {
    sections: (options.sections ?? LEFT_OUT_SECTIONS).map((name) => name.toLowerCase()),
    prefixes: [...names.map((name) => name.toLowerCase()), ...NO_TEXT_NAMES],
    headings: options.headings ?? false,
    disambiguations: options.disambiguations ?? false,
    secondsPerPage: options.secondsPerPage ?? 60,
  };
}

function written(
  pages: readonly ExportedPage[],
  converted: readonly Converted[],
  language: string | undefined,
  { reject }: WikiDumpOptions,
): WikiPage[] {
  return pages.flatMap(({ line, id, title: raw, model, tooLong }, index) => {
    const result = converted[index]!;
    const title = tidy(raw);
    if (tooLong) reject(line, `its text is longer than ${LONGEST_PAGE} characters`, title);
    else if (model !== "wikitext") reject(line, `its text is ${tidy(model)}, not wikitext`, title);
    else if ("failed" in result) reject(line, result.failed, title);
    else if ("blocks" in result)
      return {
        id,
        line,
        ...(title !== "" && { title }),
        ...(language !== undefined && { language }),
        blocks: result.blocks,
      };
    return [];
  });
}
