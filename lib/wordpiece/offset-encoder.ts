import { CharClass, charClasses } from "./chars.ts";
import { IntList } from "./int-list.ts";
import { Normaliser, type NormaliserOptions } from "./normaliser.ts";
import type { PieceTrie } from "./piece-trie.ts";
import { encodePoint } from "./utf8.ts";

/** A text's pieces in columns, one row a piece. */
export interface OffsetEncoding {
  readonly ids: Int32Array;
  /** 1 where a piece begins a word, else 0. */
  readonly wordStarts: Uint8Array;
  /** Where each piece begins in the text, in UTF-16 code units. */
  readonly starts: Int32Array;
  /** Where each piece ends; beyond `starts` of the next where both came from one character of the text. */
  readonly ends: Int32Array;
}

const REPLACEMENT = 0xfffd;

/**
 * Ids with the offsets that Hugging Face gives: from the first to the last character from which a piece came. Of
 * several characters that were composed to one, the first alone counts; what was dropped counts for none.
 */
export class OffsetEncoder {
  readonly #max: number;
  readonly #trie: PieceTrie;
  readonly #unknownId: number;
  readonly #normaliser: Normaliser;
  readonly #word: Uint8Array;
  /** Where each character of the text begins, and one past the end of the last. */
  readonly #units = new IntList();
  /** Where each of the word's characters ends in `#word`. */
  readonly #charEnds = new IntList();
  readonly #ids = new IntList();
  readonly #wordStarts = new IntList();
  readonly #starts = new IntList();
  readonly #ends = new IntList();
  /** Where each piece of the word ends in `#word`. */
  readonly #pieceEnds = new IntList();

  constructor(options: NormaliserOptions, trie: PieceTrie, unknownId: number) {
    this.#max = options.maxInputCharsPerWord;
    this.#trie = trie;
    this.#unknownId = unknownId;
    this.#normaliser = new Normaliser(options);
    this.#word = new Uint8Array(4 * this.#max);
  }

  encode(text: string): OffsetEncoding {
    for (const list of [this.#ids, this.#wordStarts, this.#starts, this.#ends]) list.length = 0;
    this.#normaliser.normalise((codes) => this.#readText(text, codes));
    const { codes } = this.#normaliser;
    let start = 0;
    for (let at = 0; at < codes.length; at++) {
      const kind = charClasses[codes[at]!]!;
      if ((kind & (CharClass.space | CharClass.punctuation)) === 0) continue;
      this.#addWord(codes, start, at);
      if (kind & CharClass.punctuation) this.#addWord(codes, at, at + 1);
      start = at + 1;
    }
    this.#addWord(codes, start, codes.length);
    return {
      ids: this.#ids.taken(),
      wordStarts: Uint8Array.from(this.#wordStarts.taken()),
      starts: this.#starts.taken(),
      ends: this.#ends.taken(),
    };
  }

  #readText(text: string, codes: IntList): void {
    this.#units.length = 0;
    for (let at = 0; at < text.length; ) {
      const code = text.codePointAt(at)!;
      const isSurrogate = code >= 0xd800 && code < 0xe000;
      codes.push(isSurrogate ? REPLACEMENT : code);
      this.#units.push(at);
      at += code > 0xffff ? 2 : 1;
    }
    this.#units.push(text.length);
  }

  /** Adds the pieces of the word that is the normalised characters from `start` to `end`, if there are any. */
  #addWord(codes: Int32Array, start: number, end: number): void {
    if (start === end) return;
    const first = this.#ids.length;
    this.#charEnds.length = 0;
    this.#pieceEnds.length = 0;
    if (end - start > this.#max) {
      this.#ids.push(this.#unknownId);
      this.#addPiece(true, start, end);
      return;
    }
    let length = 0;
    for (let at = start; at < end; at++) {
      length = encodePoint(codes[at]!, this.#word, length);
      this.#charEnds.push(length);
    }
    this.#trie.spell(this.#word, length, this.#unknownId, this.#ids, this.#pieceEnds);
    let from = start;
    for (let piece = 0; piece < this.#ids.length - first; piece++) {
      let to = from + 1;
      while (this.#charEnds.values[to - 1 - start]! < this.#pieceEnds.values[piece]!) to++;
      this.#addPiece(piece === 0, from, to);
      from = to;
    }
  }

  #addPiece(startsWord: boolean, from: number, to: number): void {
    const { origins } = this.#normaliser;
    const units = this.#units.values;
    const first = origins[from]!;
    const last = origins[to - 1]!;
    this.#wordStarts.push(startsWord ? 1 : 0);
    this.#starts.push(first < 0 ? 0 : units[first]!);
    this.#ends.push(last < 0 ? 0 : units[last + 1]!);
  }
}

/** Offsets in UTF-16 code units as offsets in code points, which is how Hugging Face counts in Python. */
export function codePointOffsets(text: string, offsets: ArrayLike<number>): Int32Array {
  const points = new Int32Array(text.length + 1);
  let count = 0;
  for (let at = 0; at < text.length; ) {
    points[at++] = count;
    if (text.codePointAt(at - 1)! > 0xffff) points[at++] = count;
    count++;
  }
  points[text.length] = count;
  return Int32Array.from(offsets, (offset) => points[offset]!);
}
