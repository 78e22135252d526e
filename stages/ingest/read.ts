import { PipelineError, type SourceFile } from "../../engine/index.ts";
import type { FoundEncoding } from "./decode.ts";
import { sourceName } from "./keys.ts";
import { type ExpansionLimits, innerName, openMembers } from "./open/index.ts";
import type { RawDocument, Reader, ReaderInput } from "./reader.ts";
import type { Rejections } from "./rejections.ts";
import type { Source, SourceKind } from "./sources.ts";

export interface ReadOptions {
  readonly limits: ExpansionLimits;
  readonly threads: number;
  cleaned(line: string): string;
  /** Asked once for each file or member, when its reading begins: where its broken records go. */
  rejectionsOf(source: string, where: string): Rejections;
  onRead?(bytes: number): void;
  onFound?(encoding: FoundEncoding): void;
  readonly signal?: AbortSignal;
  /** How much is read at a time; changes no result. */
  readonly pieceBytes?: number;
}

/** Some documents of a file, in their order. */
export interface ReadDocuments {
  /** The member's path, where the file is an archive; else empty. */
  readonly member: string;
  readonly documents: readonly RawDocument[];
  readonly rejections: Rejections;
}

const READERS: { readonly [K in SourceKind]: () => Promise<Reader<K>> } = {
  text: async () => (await import("./readers/text.ts")).readText,
  "bert-format": async () => (await import("./readers/bert-format.ts")).readBertFormat,
  jsonl: async () => (await import("./readers/jsonl.ts")).readJsonl,
  csv: async () => (await import("./readers/csv.ts")).readCsv,
  parquet: async () => (await import("./readers/parquet.ts")).readParquet,
  html: async () => (await import("./readers/markup.ts")).readHtml,
  wikipedia: async () => (await import("./readers/wikipedia.ts")).readWikipedia,
  markdown: async () => (await import("./readers/markup.ts")).readMarkdown,
};

/** A file's documents, in order, some at a time; the file is never held whole, a document is. */
export async function* readDocuments(
  file: SourceFile,
  source: Source,
  options: ReadOptions,
): AsyncGenerator<ReadDocuments> {
  const read = (await READERS[source.kind]()) as Reader<SourceKind>;
  const { limits, signal, pieceBytes, onRead } = options;
  const own = innerName(file.name);
  const matches = await memberTest(source.members);
  let members = 0;
  for await (const { name: member, bytes } of openMembers(file, {
    limits,
    signal,
    pieceBytes,
    onRead,
    matches,
  })) {
    members++;
    const where = member === "" ? file.path : `${file.path}!${member}`;
    const rejections = options.rejectionsOf(sourceName(file.name, member), where);
    const plain = member === "" && own.name === file.name;
    const input: ReaderInput = {
      where,
      name: innerName(member === "" ? file.name : member).name,
      ...(plain && { path: file.path }),
      ...(plain && onRead && { onRead }),
      bytes,
      cleaned: options.cleaned,
      reject: (...record) => rejections.reject(...record),
      ...(options.onFound && { onFound: options.onFound }),
      threads: options.threads,
      ...(signal && { signal }),
    };
    for await (const documents of read(input, source)) yield { member, documents, rejections };
  }
  if (members === 0)
    throw new PipelineError(`no member of ${file.name} matches ${source.members}`, {
      where: file.path,
      expected: "an archive with a file that the source's members names",
      got: "none",
      hint: "members is a glob over the paths in the archive, such as **/*.txt",
    });
}

/** Whether a member is wanted, by its path; what only macOS's archives hold is not. */
async function memberTest(pattern: string): Promise<(name: string) => boolean> {
  const { default: picomatch } = await import("picomatch");
  return picomatch(pattern, { ignore: "__MACOSX/**" });
}
