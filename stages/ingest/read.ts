import type { SourceFile } from "../../engine/index.ts";
import { clean, type Normalisation } from "./clean.ts";
import { type DecodeOptions, decodeFile } from "./decode.ts";
import { isKorean } from "./korean.ts";
import { LineSplitter } from "./lines.ts";
import { readBertFormat } from "./read-bert-format.ts";
import { readJsonl } from "./read-jsonl.ts";
import { readText } from "./read-text.ts";
import { splitSentences } from "./sentences.ts";
import type { Source, SourceKind, SourceOf } from "./sources.ts";

/** A document as its file gives it: clean text, not yet split into sentences. */
export interface RawDocument {
  /** The line at which it begins, from 1. */
  readonly line: number;
  /** Its key within the file, where the source says one. */
  readonly givenKey?: string;
  readonly title?: string;
  /** Its language, where the source says one: a BCP 47 tag. */
  readonly language?: string;
  /** Paragraphs, none of them empty; in BERT's format the sentences of the only paragraph. */
  readonly blocks: readonly string[];
}

export interface ReadOptions extends Omit<DecodeOptions, "encoding"> {
  readonly normalise: Normalisation;
}

/** What a reader is given: the bytes of one file, or of one member of an archive. */
export interface ReaderInput {
  /** The path, or path!member: for messages. */
  readonly where: string;
  /** Where the bytes are those of a plain file on disk, for random access. */
  readonly path?: string;
  /** In order, once, decompressed. */
  readonly bytes: AsyncIterable<Uint8Array>;
  cleaned(line: string): string;
  /** Puts a broken record aside; throws a PipelineError once that is one more than the source allows. */
  reject(line: number, reason: string, excerpt: string): void;
  /** Cores that the reader may use; changes no result. */
  readonly threads: number;
  readonly signal?: AbortSignal;
}

/** What a kind of source makes of a file's lines, which come some at a time. */
export type Reader<K extends SourceKind> = (
  lines: AsyncIterable<readonly string[]>,
  source: SourceOf<K>,
  file: SourceFile,
  cleaned: (line: string) => string,
) => AsyncIterable<readonly RawDocument[]>;

const READERS: { readonly [K in SourceKind]: Reader<K> } = {
  text: readText,
  "bert-format": readBertFormat,
  jsonl: readJsonl,
};

/** A file's documents, in order, some at a time; the file is never held whole, a document is. */
export function readDocuments(
  file: SourceFile,
  source: Source,
  options: ReadOptions,
): AsyncIterable<readonly RawDocument[]> {
  const lines = readLines(file, { ...options, encoding: source.encoding });
  const read = READERS[source.kind] as Reader<SourceKind>;
  return read(lines, source, file, (line) => clean(line, options.normalise));
}

async function* readLines(file: SourceFile, options: DecodeOptions): AsyncGenerator<string[]> {
  const splitter = new LineSplitter(file.path);
  for await (const piece of decodeFile(file, options)) yield splitter.push(piece);
  yield splitter.end();
}

/** A document's sentences, and the indices of those with which its paragraphs begin. */
export interface Segmented {
  /** The language of most of its paragraphs. */
  readonly language: string;
  readonly sentences: readonly string[];
  readonly paragraphStarts: readonly number[];
}

/** Splits a document into sentences by its source's rules, or keeps those that it was given with. */
export function segment(document: RawDocument, source: Source): Segmented {
  const languageOf = (block: string) =>
    source.language === "auto" ? (isKorean(block) ? "ko" : "en") : source.language;
  if (source.kind === "bert-format") {
    const language = languageOf(document.blocks.slice(0, 8).join(" "));
    return { language, sentences: document.blocks, paragraphStarts: [0] };
  }
  const sentences: string[] = [];
  const paragraphStarts: number[] = [];
  let korean = 0;
  for (const block of document.blocks) {
    const language = languageOf(block);
    if (language === "ko") korean++;
    paragraphStarts.push(sentences.length);
    for (const sentence of splitSentences(block, language)) sentences.push(sentence);
  }
  const language = korean * 2 > document.blocks.length ? "ko" : "en";
  return { language, sentences, paragraphStarts };
}
