import type { FoundEncoding } from "./decode.ts";
import type { SourceKind, SourceOf } from "./sources.ts";

/** A document as its file gives it: clean text, not yet split into sentences. */
export interface RawDocument {
  /** The line at which it begins, or the row that it is where its format has no lines, from 1. */
  readonly line: number;
  /** Its key within the file, where the source says one. */
  readonly givenKey?: string;
  readonly title?: string;
  /** Its language, where the source says one: a BCP 47 tag. */
  readonly language?: string;
  /** Paragraphs, none of them empty; in BERT's format the sentences of the only paragraph. */
  readonly blocks: readonly string[];
}

/** What a reader is given: the bytes of one file, or of one member of an archive. */
export interface ReaderInput {
  /** The path, or path!member: for messages. */
  readonly where: string;
  /** The name of the file or member, without what compression added to it. */
  readonly name: string;
  /** Where the bytes are those of a plain file on disk, for random access. */
  readonly path?: string;
  /** To be told of the bytes that are read at `path`. */
  onRead?(bytes: number): void;
  /** In order, once, decompressed. */
  readonly bytes: AsyncIterable<Uint8Array>;
  cleaned(line: string): string;
  /** Puts a broken record aside; throws a PipelineError, with the hint, once they are more than the source allows. */
  reject(line: number, reason: string, excerpt: string, hint?: string): void;
  /** Told of an encoding that the bytes decided. */
  onFound?(encoding: FoundEncoding): void;
  /** Cores that the reader may use; changes no result. */
  readonly threads: number;
  readonly signal?: AbortSignal;
}

/** What a kind of source makes of a file: its documents in order, some at a time. */
export type Reader<K extends SourceKind> = (
  input: ReaderInput,
  source: SourceOf<K>,
) => AsyncIterable<readonly RawDocument[]>;
