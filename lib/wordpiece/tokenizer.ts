import { ChunkTable, isSeparator } from "./chunk-table.ts";
import { IntList } from "./int-list.ts";
import { defaultNormaliser, type NormaliserOptions } from "./normaliser.ts";
import { OffsetEncoder, type OffsetEncoding } from "./offset-encoder.ts";
import { PieceTrie } from "./piece-trie.ts";
import { WordSplitter } from "./word-splitter.ts";

/** The mark of a piece that continues a word. */
export const CONTINUATION = "##";

/** What stands for a word that the pieces cannot spell, or that is too long, unless told otherwise. */
export const UNKNOWN = "[UNK]";

/** Bounds of the cache: it is emptied when full, so that memory does not grow with the text. */
const CACHED_CHUNKS = 1 << 18;
const CACHED_INTEGERS = 1 << 21;

/** Added to the id of a piece that begins a word. */
const STARTS_WORD = 1 << 31;

/** Pieces as they are appended text by text; `wordStarts` is 1 where a piece begins a word, else 0. */
export class PieceList extends IntList {
  wordStarts = new Uint8Array(this.values.length);

  override reserve(more: number): void {
    super.reserve(more);
    if (this.wordStarts.length >= this.values.length) return;
    const grown = new Uint8Array(this.values.length);
    grown.set(this.wordStarts);
    this.wordStarts = grown;
  }
}

/** How text becomes ids, beside the vocabulary. */
export interface WordPieceOptions extends NormaliserOptions {
  /** The piece that stands for a word that the pieces cannot spell, or that is too long. */
  readonly unknownToken: string;
}

/** Text to ids and back, equal to Hugging Face's BertNormalizer, BertPreTokenizer and WordPiece. */
export class WordPieceTokenizer {
  /** The pieces by id. */
  readonly pieces: readonly string[];
  /** The id of the unknown token. */
  readonly unknownId: number;
  readonly #options: NormaliserOptions;
  readonly #idByPiece = new Map<string, number>();
  readonly #splitter: WordSplitter;
  readonly #trie = new PieceTrie();
  /** For chunks met before: how many pieces, and these, marked with `STARTS_WORD`. */
  readonly #chunks = new ChunkTable();
  readonly #spelled = new IntList(64);
  #offsetEncoder: OffsetEncoder | undefined;

  /**
   * @param pieces the vocabulary in order of ids, with the unknown token in it
   * @throws RangeError where the unknown token is missing or a piece stands twice
   */
  constructor(pieces: readonly string[], options: Partial<WordPieceOptions> = {}) {
    const { unknownToken = UNKNOWN, ...normaliser } = options;
    this.pieces = pieces;
    this.#options = { ...defaultNormaliser, ...normaliser };
    this.#splitter = new WordSplitter(this.#options);
    const encoder = new TextEncoder();
    pieces.forEach((piece, id) => {
      this.#idByPiece.set(piece, id);
      const continues = piece.startsWith(CONTINUATION) && piece !== CONTINUATION;
      const text = continues ? piece.slice(CONTINUATION.length) : piece;
      this.#trie.insert(continues, encoder.encode(text), id);
    });
    if (this.#idByPiece.size < pieces.length) {
      const twice = pieces.find((piece, id) => this.#idByPiece.get(piece) !== id);
      throw new RangeError(`the vocabulary holds ${JSON.stringify(twice)} twice`);
    }
    const unknown = this.#idByPiece.get(unknownToken);
    if (unknown === undefined) throw new RangeError(`the vocabulary has no ${unknownToken}`);
    this.unknownId = unknown;
  }

  /** The id of a piece, as it is written in the vocabulary. */
  idOf(piece: string): number | undefined {
    return this.#idByPiece.get(piece);
  }

  /** The ids of one text, and 1 for each that begins a word; special tokens in the text are text. */
  encode(text: string): { ids: Int32Array; wordStarts: Uint8Array } {
    const bytes = new TextEncoder().encode(text);
    const out = new PieceList(64);
    this.encodeInto(bytes, 0, bytes.length, out);
    return {
      ids: out.values.slice(0, out.length),
      wordStarts: out.wordStarts.slice(0, out.length),
    };
  }

  /** As `encode`, and where in the text each piece stands. Slower: nothing is cached. */
  encodeWithOffsets(text: string): OffsetEncoding {
    this.#offsetEncoder ??= new OffsetEncoder(this.#options, this.#trie, this.unknownId);
    return this.#offsetEncoder.encode(text);
  }

  /** Appends the ids of the UTF-8 text from `start` to `end`. */
  encodeInto(bytes: Uint8Array, start: number, end: number, out: PieceList): void {
    const chunks = this.#chunks;
    let at = start;
    while (at < end) {
      if (isSeparator(bytes[at]!)) {
        at++;
        continue;
      }
      let found = chunks.find(bytes, at, end);
      if (found < 0) {
        const from = at;
        while (at < end && !isSeparator(bytes[at]!)) at++;
        this.#spell(bytes, from, at);
        append(this.#spelled.values, 0, this.#spelled.length, out);
        continue;
      }
      if (found === 0) found = this.#remember(bytes, at, chunks.end);
      at = chunks.end;
      const notes = chunks.notes;
      append(notes, found + 1, found + 1 + notes[found]!, out);
    }
  }

  /** Puts a chunk into the cache, which did not hold it; where its notes are. */
  #remember(bytes: Uint8Array, start: number, end: number): number {
    const chunks = this.#chunks;
    if (chunks.size >= CACHED_CHUNKS || chunks.poolSize > CACHED_INTEGERS) chunks.clear();
    const spelled = this.#spelled;
    this.#spell(bytes, start, end, 1);
    spelled.values[0] = spelled.length - 1;
    return chunks.add(spelled.values, spelled.length);
  }

  /** Finds the pieces of the UTF-8 text from `start` to `end`, after `skip` places for others. */
  #spell(bytes: Uint8Array, start: number, end: number, skip = 0): void {
    const spelled = this.#spelled;
    const splitter = this.#splitter;
    spelled.length = skip;
    splitter.reset(bytes, start, end);
    while (splitter.next()) {
      const first = spelled.length;
      if (splitter.tooLong) spelled.push(this.unknownId);
      else this.#trie.spell(splitter.word, splitter.length, this.unknownId, spelled);
      spelled.values[first]! |= STARTS_WORD;
    }
  }
}

/** Appends pieces that are marked with `STARTS_WORD`. */
function append(pieces: Int32Array, from: number, to: number, out: PieceList): void {
  out.reserve(to - from);
  const { values, wordStarts } = out;
  let { length } = out;
  for (let at = from; at < to; at++) {
    const piece = pieces[at]!;
    values[length] = piece & ~STARTS_WORD;
    wordStarts[length++] = piece >>> 31;
  }
  out.length = length;
}
