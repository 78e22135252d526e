import { Action, actionsOf, normalisedActions } from "./actions.ts";
import { lowerCase } from "./chars.ts";
import { Normaliser, type NormaliserOptions } from "./normaliser.ts";
import { decodeInto, decodePoint, encodePoint, sizeOfPoint } from "./utf8.ts";

/**
 * Splits UTF-8 text into normalised words as Hugging Face's BertNormalizer and BertPreTokenizer do:
 * `reset` on a text, then each `next` that returns true leaves one word in `word` and `length`.
 */
export class WordSplitter {
  /** The word's UTF-8 bytes are the first `length` of these. */
  readonly word: Uint8Array;
  length = 0;
  /** Whether the word has more than `maxInputCharsPerWord` characters; then `word` holds only its beginning. */
  tooLong = false;

  readonly #max: number;
  readonly #rawActions: Uint8Array;
  readonly #normalisedActions: Uint8Array;
  readonly #normaliser: Normaliser;
  #normalised = new Uint8Array(256);
  #actions: Uint8Array;
  #bytes: Uint8Array = new Uint8Array(0);
  #position = 0;
  #end = 0;

  constructor(options: NormaliserOptions) {
    this.#max = options.maxInputCharsPerWord;
    this.word = new Uint8Array(4 * (this.#max + 1));
    this.#rawActions = actionsOf(options);
    this.#normalisedActions = normalisedActions();
    this.#actions = this.#rawActions;
    this.#normaliser = new Normaliser(options);
  }

  /** Begins a text: the UTF-8 bytes from `start` to `end`. */
  reset(bytes: Uint8Array, start: number, end: number): void {
    this.#bytes = bytes;
    this.#position = start;
    this.#end = end;
    this.#actions = this.#rawActions;
    if (this.#needsNormaliser(bytes, start, end)) this.#normalise(bytes, start, end);
  }

  /** Finds the next word; false at the end of the text. */
  next(): boolean {
    const { word } = this;
    const bytes = this.#bytes;
    const actions = this.#actions;
    const end = this.#end;
    const max = this.#max;
    let at = this.#position;
    let length = 0;
    let chars = 0;
    while (at < end) {
      const byte = bytes[at]!;
      if (byte < 0x80) {
        const action = actions[byte]!;
        if (action > Action.lower) {
          if (action === Action.drop) {
            at++;
            continue;
          }
          if (chars > 0) break;
          at++;
          if (action === Action.space) continue;
        } else at++;
        if (chars++ < max) word[length++] = action === Action.lower ? byte | 0x20 : byte;
        if (action === Action.alone) break;
        continue;
      }

      const size = sizeOfPoint(byte);
      const code = decodePoint(bytes, at, size);
      const action = actions[code]!;
      if (action === Action.drop) {
        at += size;
        continue;
      }
      if (action > Action.drop && chars > 0) break;
      at += size;
      if (action === Action.space) continue;
      if (chars++ < max)
        length = encodePoint(action === Action.lower ? lowerCase[code]! : code, word, length);
      if (action === Action.alone) break;
    }
    this.#position = at;
    this.length = length;
    this.tooLong = chars > max;
    return chars > 0;
  }

  #needsNormaliser(bytes: Uint8Array, start: number, end: number): boolean {
    const actions = this.#rawActions;
    for (let at = start; at < end; ) {
      const byte = bytes[at]!;
      if (byte < 0x80) {
        at++;
        continue;
      }
      const size = sizeOfPoint(byte);
      if (actions[decodePoint(bytes, at, size)] === Action.normalise) return true;
      at += size;
    }
    return false;
  }

  #normalise(bytes: Uint8Array, start: number, end: number): void {
    this.#normaliser.normalise((text) => decodeInto(bytes, start, end, text));
    const { codes } = this.#normaliser;
    if (this.#normalised.length < 4 * codes.length)
      this.#normalised = new Uint8Array(8 * codes.length);
    let to = 0;
    for (let at = 0; at < codes.length; at++) to = encodePoint(codes[at]!, this.#normalised, to);
    this.#bytes = this.#normalised;
    this.#actions = this.#normalisedActions;
    this.#position = 0;
    this.#end = to;
  }
}
