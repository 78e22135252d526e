import { IntList } from "./int-list.ts";
import { defaultNormaliser, type NormaliserOptions } from "./normaliser.ts";
import { OffsetEncoder, type OffsetEncoding } from "./offset-encoder.ts";
import { PieceTrie } from "./piece-trie.ts";
import { WordSplitter } from "./word-splitter.ts";
import { WordTable } from "./word-table.ts";

/** The mark of a piece that continues a word. */
export const CONTINUATION = "##";

/** What stands for a word that the pieces cannot spell, or that is too long, unless told otherwise. */
export const UNKNOWN = "[UNK]";

/** Bounds of the word cache: it is emptied when full, so that memory does not grow with the text. */
const CACHED_WORDS = 1 << 18;
const CACHED_BYTES = 1 << 23;

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
  /** The words met so far: word i is the ids from cacheStarts[i] to cacheStarts[i + 1]. */
  readonly #cache = new WordTable();
  readonly #cacheIds = new IntList();
  readonly #cacheStarts = new IntList();
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
    this.#cacheStarts.push(0);
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
    const splitter = this.#splitter;
    splitter.reset(bytes, start, end);
    while (splitter.next()) {
      if (splitter.tooLong) {
        out.reserve(1);
        out.wordStarts[out.length] = 1;
        out.values[out.length++] = this.unknownId;
        continue;
      }
      const word = this.#cachedWord();
      const starts = this.#cacheStarts.values;
      const ids = this.#cacheIds.values;
      const from = starts[word]!;
      const to = starts[word + 1]!;
      out.reserve(to - from);
      for (let at = from; at < to; at++) {
        out.wordStarts[out.length] = at === from ? 1 : 0;
        out.values[out.length++] = ids[at]!;
      }
    }
  }

  /** The text of ids for people to read: pieces joined, one blank between words. */
  decode(ids: ArrayLike<number>): string {
    let text = "";
    for (let at = 0; at < ids.length; at++) {
      const piece = this.pieces[ids[at]!] ?? `[${ids[at]}?]`;
      if (at > 0 && piece.startsWith(CONTINUATION)) text += piece.slice(CONTINUATION.length);
      else text += at > 0 ? ` ${piece}` : piece;
    }
    return text;
  }

  /** The index in the cache of the splitter's word. */
  #cachedWord(): number {
    const { word, length, hash } = this.#splitter;
    const cache = this.#cache;
    const known = cache.size;
    const index = cache.add(word, 0, length, hash);
    if (index < known) return index;
    if (index >= CACHED_WORDS || cache.byteLength > CACHED_BYTES) return this.#cacheAnew();
    this.#appendWord(word, length);
    return index;
  }

  #cacheAnew(): number {
    const { word, length, hash } = this.#splitter;
    this.#cache.clear();
    this.#cacheIds.length = 0;
    this.#cacheStarts.length = 1;
    this.#cache.add(word, 0, length, hash);
    this.#appendWord(word, length);
    return 0;
  }

  #appendWord(word: Uint8Array, length: number): void {
    this.#trie.spell(word, length, this.unknownId, this.#cacheIds);
    this.#cacheStarts.push(this.#cacheIds.length);
  }
}
