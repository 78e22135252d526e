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
  /** Paragraphs, none of them empty; in BERT's format the sentences of the only paragraph. */
  readonly blocks: readonly string[];
}

export interface ReadOptions extends Omit<DecodeOptions, "encoding"> {
  readonly normalise: Normalisation;
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
  readonly sentences: readonly string[];
  readonly paragraphStarts: readonly number[];
}

/** Splits a document into sentences by its source's rules, or keeps those that it was given with. */
export function segment(document: RawDocument, source: Source): Segmented {
  if (source.kind === "bert-format") return { sentences: document.blocks, paragraphStarts: [0] };
  const sentences: string[] = [];
  const paragraphStarts: number[] = [];
  for (const block of document.blocks) {
    const language = source.language === "auto" ? (isKorean(block) ? "ko" : "en") : source.language;
    paragraphStarts.push(sentences.length);
    for (const sentence of splitSentences(block, language)) sentences.push(sentence);
  }
  return { sentences, paragraphStarts };
}
