import { IntList } from "./int-list.ts";
import { PieceTrie, WORD_REST, WORD_START } from "./piece-trie.ts";
import { type NormaliserOptions, WordSplitter } from "./word-splitter.ts";
import { WordTable } from "./word-table.ts";

/** The mark of a piece that continues a word. */
export const CONTINUATION = "##";

/** What stands for a word that the pieces cannot spell, or that is too long. */
export const UNKNOWN = "[UNK]";

/** What Hugging Face's BERT tokenisers do when told nothing, but with accents kept, so that Hangul stays whole. */
export const defaultNormaliser: NormaliserOptions = {
  lowercase: true,
  stripAccents: false,
  handleChineseChars: true,
  cleanText: true,
  maxInputCharsPerWord: 100,
};

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

/** Text to ids and back, equal to Hugging Face's BertNormalizer, BertPreTokenizer and WordPiece. */
export class WordPieceTokenizer {
  /** The pieces by id. */
  readonly pieces: readonly string[];
  readonly #idByPiece = new Map<string, number>();
  readonly #unknown: number;
  readonly #splitter: WordSplitter;
  readonly #trie = new PieceTrie();
  /** The words met so far: word i is the ids from cacheStarts[i] to cacheStarts[i + 1]. */
  readonly #cache = new WordTable();
  readonly #cacheIds = new IntList();
  readonly #cacheStarts = new IntList();

  /**
   * @param pieces the vocabulary in order of ids, with `[UNK]` in it
   * @throws RangeError where `[UNK]` is missing or a piece stands twice
   */
  constructor(pieces: readonly string[], options: Partial<NormaliserOptions> = {}) {
    this.pieces = pieces;
    this.#splitter = new WordSplitter({ ...defaultNormaliser, ...options });
    const encoder = new TextEncoder();
    pieces.forEach((piece, id) => {
      this.#idByPiece.set(piece, id);
      const rest = piece.startsWith(CONTINUATION) && piece !== CONTINUATION;
      if (rest) this.#trie.insert(WORD_REST, encoder.encode(piece.slice(CONTINUATION.length)), id);
      else this.#trie.insert(WORD_START, encoder.encode(piece), id);
    });
    if (this.#idByPiece.size < pieces.length) {
      const twice = pieces.find((piece, id) => this.#idByPiece.get(piece) !== id);
      throw new RangeError(`the vocabulary holds ${JSON.stringify(twice)} twice`);
    }
    const unknown = this.#idByPiece.get(UNKNOWN);
    if (unknown === undefined) throw new RangeError(`the vocabulary has no ${UNKNOWN}`);
    this.#unknown = unknown;
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

  /** Appends the ids of the UTF-8 text from `start` to `end`. */
  encodeInto(bytes: Uint8Array, start: number, end: number, out: PieceList): void {
    const splitter = this.#splitter;
    splitter.reset(bytes, start, end);
    while (splitter.next()) {
      if (splitter.tooLong) {
        out.reserve(1);
        out.wordStarts[out.length] = 1;
        out.values[out.length++] = this.#unknown;
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

  /** Greedy longest match first; a word of which some part matches nothing is unknown as a whole. */
  #appendWord(word: Uint8Array, length: number): void {
    const ids = this.#cacheIds;
    const before = ids.length;
    let at = 0;
    while (at < length) {
      const id = this.#trie.match(at === 0 ? WORD_START : WORD_REST, word, at, length);
      if (id < 0) {
        ids.length = before;
        ids.push(this.#unknown);
        break;
      }
      ids.push(id);
      at = this.#trie.matchEnd;
    }
    this.#cacheStarts.push(ids.length);
  }
}
