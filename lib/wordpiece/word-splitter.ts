import { CharClass, charClasses, lowerCase } from "./chars.ts";
import { decompose } from "./decompose.ts";

/** BERT's normaliser and what a word may be. */
export interface NormaliserOptions {
  /** Lower-case each character by itself: a final sigma becomes `σ`. */
  readonly lowercase: boolean;
  /** Decompose canonically and drop non-spacing marks. Takes Hangul syllables apart into Jamo. */
  readonly stripAccents: boolean;
  /** Make every ideograph a word. */
  readonly handleChineseChars: boolean;
  /** Drop control characters, private use and U+FFFD. */
  readonly cleanText: boolean;
  /** A word of more characters is unknown as a whole. */
  readonly maxInputCharsPerWord: number;
}

const DOTTED_CAPITAL_I = 0x130;
const COMBINING_DOT_ABOVE = 0x307;

// What to do with an ASCII byte: below 0x80 it is part of a word and stands for its normalised self.
const DROP = 0x80;
const SPACE = 0x81;
const ALONE = 0x82;

const HASH_BASIS = 0x811c9dc5;
const HASH_PRIME = 0x01000193;

/** The hash by which `WordTable` finds a word: 32-bit FNV-1a with a final mix. */
export function hashWord(bytes: Uint8Array, start: number, end: number): number {
  let hash = HASH_BASIS;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, HASH_PRIME);
  return mix(hash);
}

function mix(hash: number): number {
  return Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) ^ (hash >>> 13);
}

/**
 * Splits UTF-8 text into normalised words as Hugging Face's BertNormalizer and BertPreTokenizer do:
 * `reset` on a text, then each `next` that returns true leaves one word in `word`, `length` and `hash`.
 */
export class WordSplitter {
  /** The word's UTF-8 bytes are the first `length` of these. */
  readonly word: Uint8Array;
  length = 0;
  /** `hashWord` of the word. */
  hash = 0;
  /** Whether the word has more than `maxInputCharsPerWord` characters; then `word` holds only its beginning. */
  tooLong = false;

  readonly #options: NormaliserOptions;
  readonly #ascii = new Uint8Array(0x80);
  readonly #dropped: number;
  readonly #alone: number;
  readonly #lowerLimit: number;
  #bytes: Uint8Array = new Uint8Array(0);
  #position = 0;
  #end = 0;

  constructor(options: NormaliserOptions) {
    this.#options = options;
    this.word = new Uint8Array(4 * (options.maxInputCharsPerWord + 2));
    this.#dropped =
      (options.cleanText ? CharClass.control : 0) | (options.stripAccents ? CharClass.mark : 0);
    this.#alone = CharClass.punctuation | (options.handleChineseChars ? CharClass.ideograph : 0);
    this.#lowerLimit = options.lowercase ? lowerCase.length : 0;
    for (let byte = 0; byte < 0x80; byte++) {
      const kind = charClasses[byte]!;
      if (kind & this.#dropped) this.#ascii[byte] = DROP;
      else if (kind & CharClass.space) this.#ascii[byte] = SPACE;
      else if (kind & this.#alone) this.#ascii[byte] = ALONE;
      else this.#ascii[byte] = options.lowercase ? lowerCase[byte]! : byte;
    }
  }

  /** Begins a text: the UTF-8 bytes from `start` to `end`. */
  reset(bytes: Uint8Array, start: number, end: number): void {
    this.#bytes = bytes;
    this.#position = start;
    this.#end = end;
    if (this.#options.stripAccents && !isAscii(bytes, start, end)) {
      this.#bytes = decompose(bytes.subarray(start, end), this.#options);
      this.#position = 0;
      this.#end = this.#bytes.length;
    }
  }

  /** Finds the next word; false at the end of the text. */
  next(): boolean {
    const { word } = this;
    const bytes = this.#bytes;
    const ascii = this.#ascii;
    const end = this.#end;
    const max = this.#options.maxInputCharsPerWord;
    let at = this.#position;
    let length = 0;
    let chars = 0;
    let hash = HASH_BASIS;
    while (at < end) {
      const byte = bytes[at]!;
      if (byte < 0x80) {
        const action = ascii[byte]!;
        if (action < 0x80) {
          at++;
          if (chars++ < max) {
            word[length++] = action;
            hash = Math.imul(hash ^ action, HASH_PRIME);
          }
          continue;
        }
        if (action !== DROP && chars > 0) break;
        at++;
        if (action !== ALONE) continue;
        word[length++] = byte;
        hash = Math.imul(hash ^ byte, HASH_PRIME);
        chars++;
        break;
      }

      const size = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
      const code = decode(bytes, at, size);
      const kind = charClasses[code]!;
      if (kind & this.#dropped) {
        at += size;
        continue;
      }
      const alone = (kind & this.#alone) !== 0;
      const space = (kind & CharClass.space) !== 0;
      if (chars > 0 && (alone || space)) break;
      at += size;
      if (space) continue;
      const lengthBefore = length;
      if (chars++ < max) length = this.#append(code, length);
      if (code === DOTTED_CAPITAL_I && this.#lowerLimit > 0 && chars++ < max)
        length = encode(COMBINING_DOT_ABOVE, word, length);
      for (let index = lengthBefore; index < length; index++)
        hash = Math.imul(hash ^ word[index]!, HASH_PRIME);
      if (alone) break;
    }
    this.#position = at;
    this.length = length;
    this.hash = mix(hash);
    this.tooLong = chars > max;
    return chars > 0;
  }

  #append(code: number, length: number): number {
    if (code >= this.#lowerLimit) return encode(code, this.word, length);
    return encode(code === DOTTED_CAPITAL_I ? 0x69 : lowerCase[code]!, this.word, length);
  }
}

function isAscii(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at]! >= 0x80) return false;
  return true;
}

function decode(bytes: Uint8Array, at: number, size: number): number {
  const first = bytes[at]!;
  const second = bytes[at + 1]! & 0x3f;
  if (size === 2) return ((first & 0x1f) << 6) | second;
  const third = bytes[at + 2]! & 0x3f;
  if (size === 3) return ((first & 0x0f) << 12) | (second << 6) | third;
  return ((first & 0x07) << 18) | (second << 12) | (third << 6) | (bytes[at + 3]! & 0x3f);
}

/** Writes a code point's UTF-8 at `at` and returns where it ends. */
function encode(code: number, out: Uint8Array, at: number): number {
  if (code < 0x80) {
    out[at] = code;
    return at + 1;
  }
  if (code < 0x800) {
    out[at] = 0xc0 | (code >>> 6);
    out[at + 1] = 0x80 | (code & 0x3f);
    return at + 2;
  }
  if (code < 0x10000) {
    out[at] = 0xe0 | (code >>> 12);
    out[at + 1] = 0x80 | ((code >>> 6) & 0x3f);
    out[at + 2] = 0x80 | (code & 0x3f);
    return at + 3;
  }
  out[at] = 0xf0 | (code >>> 18);
  out[at + 1] = 0x80 | ((code >>> 12) & 0x3f);
  out[at + 2] = 0x80 | ((code >>> 6) & 0x3f);
  out[at + 3] = 0x80 | (code & 0x3f);
  return at + 4;
}
