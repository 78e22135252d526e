import { CharClass, charClasses, DOTTED_CAPITAL_I, lowerCase } from "./chars.ts";
import { IntList } from "./int-list.ts";
import { combiningRank, compositionOf, decompositionOf } from "./normal-form.ts";

/** BERT's normaliser, the normal form after it, and what a word may be. */
export interface NormaliserOptions {
  /** Lower-case each character by itself: a final sigma becomes `σ`. */
  readonly lowercase: boolean;
  /** Decompose canonically and drop non-spacing marks. */
  readonly stripAccents: boolean;
  /** Make every ideograph a word. */
  readonly handleChineseChars: boolean;
  /** Drop control characters, private use and U+FFFD. */
  readonly cleanText: boolean;
  /**
   * Last step: `nfc` composes, so that Hangul is whole and NFC and NFD input give the same ids; `nfd` takes
   * Hangul apart into Jamo; `none` leaves the text as the steps before it did, as bare BERT does.
   */
  readonly normalForm: "nfc" | "nfd" | "none";
  /** A word of more characters is unknown as a whole. */
  readonly maxInputCharsPerWord: number;
}

/** What Hugging Face's BERT tokenisers do when told nothing, but with accents kept, and composed. */
export const defaultNormaliser: NormaliserOptions = {
  lowercase: true,
  stripAccents: false,
  handleChineseChars: true,
  cleanText: true,
  normalForm: "nfc",
  maxInputCharsPerWord: 100,
};

const BLANK = 0x20;
const COMBINING_DOT_ABOVE = 0x307;

/**
 * Normalises any text step by step as Hugging Face's BertNormalizer and NFC or NFD after it do, and keeps where each
 * character came from. `WordSplitter` takes a shorter way through text that needs no more than a table.
 *
 * As there, a step says of each character of its output how many characters of its input it stands for: one more than
 * `-change`, or with 1 none, being added after the one before. What a character came from is then found by counting,
 * which is right but where marks were put in another order.
 */
export class Normaliser {
  readonly #options: NormaliserOptions;
  /** Input and output of the step at hand. */
  #input = new IntList(64);
  #output = new IntList(64);
  /** The character of the text from which each of the input came, then each of the output; -1 for none. */
  #origins = new IntList(64);
  #origined = new IntList(64);
  /** How the output's characters change the input. */
  readonly #changes = new IntList(64);

  constructor(options: NormaliserOptions) {
    this.#options = options;
  }

  /** The normalised text as code points, valid until the next `normalise`. */
  get codes(): Int32Array {
    return this.#input.values.subarray(0, this.#input.length);
  }

  /** The index of the character of the text from which each of `codes` came. */
  get origins(): Int32Array {
    return this.#origins.values.subarray(0, this.#origins.length);
  }

  /** Normalises the text that `push` gives code point by code point. */
  normalise(push: (text: IntList) => void): void {
    const { cleanText, handleChineseChars, stripAccents, lowercase, normalForm } = this.#options;
    const text = this.#input;
    text.length = 0;
    push(text);
    this.#origins.length = 0;
    for (let at = 0; at < text.length; at++) this.#origins.push(at);

    if (cleanText) {
      this.#filter(CharClass.control);
      this.#each(blankForSpace);
    }
    if (handleChineseChars) this.#each(setApart);
    if (stripAccents) {
      this.#decompose();
      this.#filter(CharClass.mark);
    }
    if (lowercase) this.#each(lowerCased);
    if (normalForm === "none") return;
    this.#decompose(normalForm === "nfc");
  }

  /** Drops the characters of a class. */
  #filter(kind: number): void {
    const { values, length } = this.#input;
    let skipped = 0;
    for (let at = 0; at < length; at++) {
      const code = values[at]!;
      if ((charClasses[code]! & kind) === 0) this.#emit(code, 0);
      else if (this.#output.length === 0) skipped++;
      else this.#changes.values[this.#changes.length - 1]!--;
    }
    this.#finish(skipped);
  }

  /** Replaces each character by one or more. */
  #each(replace: (code: number, emit: (code: number, change: number) => void) => void): void {
    const { values, length } = this.#input;
    const emit = (code: number, change: number): void => this.#emit(code, change);
    for (let at = 0; at < length; at++) replace(values[at]!, emit);
    this.#finish(0);
  }

  /** Decomposes canonically, puts marks in order and, if asked, composes again. */
  #decompose(compose = false): void {
    const { values, length } = this.#input;
    for (let at = 0; at < length; at++) {
      const code = values[at]!;
      const full = decompositionOf(code);
      if (full === undefined) this.#emitInOrder(code, 0);
      else for (let part = 0; part < full.length; part++) this.#emitInOrder(full[part]!, part && 1);
    }
    if (compose) this.#compose();
    this.#finish(0);
  }

  /** Adds a character, a mark before those whose combining class is higher. */
  #emitInOrder(code: number, change: number): void {
    this.#emit(code, change);
    const rank = combiningRank(code);
    if (rank === 0) return;
    const codes = this.#output.values;
    const changes = this.#changes.values;
    let at = this.#output.length - 1;
    for (; at > 0 && combiningRank(codes[at - 1]!) > rank; at--) {
      codes[at] = codes[at - 1]!;
      changes[at] = changes[at - 1]!;
    }
    codes[at] = code;
    changes[at] = change;
  }

  /** Composes the output in place: each character with the last starter, unless something of its class or above stands between. */
  #compose(): void {
    const codes = this.#output.values;
    const changes = this.#changes.values;
    const { length } = this.#output;
    let starter = -1;
    let to = 0;
    /** Of the last character kept after the starter; -1 where there is none. */
    let lastRank = -1;
    for (let at = 0; at < length; at++) {
      const code = codes[at]!;
      const rank = combiningRank(code);
      if (starter >= 0 && lastRank < rank) {
        const composed = compositionOf(codes[starter]!, code);
        if (composed !== undefined) {
          codes[starter] = composed;
          changes[starter] = changes[starter]! + changes[at]! - 1;
          continue;
        }
      }
      if (rank === 0) {
        starter = to;
        lastRank = -1;
      } else lastRank = rank;
      codes[to] = code;
      changes[to++] = changes[at]!;
    }
    this.#output.length = to;
    this.#changes.length = to;
  }

  #emit(code: number, change: number): void {
    this.#output.push(code);
    this.#changes.push(change);
  }

  /** Makes the output the next step's input; the first `skipped` characters of the input were dropped. */
  #finish(skipped: number): void {
    const { values: origins } = this.#origins;
    let at = skipped;
    for (let index = 0; index < this.#changes.length; index++) {
      const change = this.#changes.values[index]!;
      this.#origined.push(change > 0 ? (at > 0 ? origins[at - 1]! : -1) : origins[at]!);
      if (change <= 0) at += 1 - change;
    }
    [this.#input, this.#output] = [this.#output, this.#input];
    [this.#origins, this.#origined] = [this.#origined, this.#origins];
    this.#output.length = 0;
    this.#origined.length = 0;
    this.#changes.length = 0;
  }
}

type Emit = (code: number, change: number) => void;

function blankForSpace(code: number, emit: Emit): void {
  emit(charClasses[code]! & CharClass.space ? BLANK : code, 0);
}

function setApart(code: number, emit: Emit): void {
  if ((charClasses[code]! & CharClass.ideograph) === 0) {
    emit(code, 0);
    return;
  }
  emit(BLANK, 0);
  emit(code, 1);
  emit(BLANK, 1);
}

function lowerCased(code: number, emit: Emit): void {
  if (code === DOTTED_CAPITAL_I) {
    emit(0x69, 0);
    emit(COMBINING_DOT_ABOVE, 1);
  } else emit(code < lowerCase.length ? lowerCase[code]! : code, 0);
}
