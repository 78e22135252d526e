import { createHash, type Hash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { NormaliserOptions } from "../../lib/wordpiece/normaliser.ts";
import { codePointOffsets } from "../../lib/wordpiece/offset-encoder.ts";
import { WordPieceTokenizer } from "../../lib/wordpiece/tokenizer.ts";
import { WordSplitter } from "../../lib/wordpiece/word-splitter.ts";

// What test/gold/nasty.py and test/gold/wordpiece_digests.py do, number by number.

interface Gold {
  /** By combination: the digest of each block of code points. */
  readonly codePoints: readonly string[];
  /** By block of texts. */
  readonly texts: readonly string[];
}

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../gold/${name}`, import.meta.url), "utf8"));

export const gold: Gold = read("wordpiece_digests.json");
const alphabets: readonly string[][] = Object.values(read("nasty_alphabets.json"));

const FORMS = ["none", "nfc", "nfd"] as const;
const MAX_CHARS = [100, 200, 7];
const UNKNOWN_TOKENS = ["[UNK]", "<unk>"];
const TEXTS = 10_000;
export const COMBINATIONS = 16 * FORMS.length;
export const BLOCK = 0x2000;

export function optionsOf(combination: number, maxInputCharsPerWord = 100): NormaliserOptions {
  return {
    lowercase: (combination & 1) !== 0,
    stripAccents: (combination & 2) !== 0,
    handleChineseChars: (combination & 4) !== 0,
    cleanText: (combination & 8) !== 0,
    normalForm: FORMS[combination >> 4]!,
    maxInputCharsPerWord,
  };
}

const vocabularies = UNKNOWN_TOKENS.map((unknown) => {
  const merged = ["th", "the", "##er", "##ing", "한국", "##은", "##문장"];
  const jamo = ["\u1112\u1161", "##\u1161\u11ab", "i\u0307", "e\u0323\u0301"];
  const pieces = new Set([unknown, ...merged, ...jamo]);
  for (let code = 0x21; code < 0xd7a4; code++) {
    if (code >= 0x3400 && code < 0xac00) continue;
    pieces.add(String.fromCharCode(code)).add(`##${String.fromCharCode(code)}`);
  }
  return [...pieces];
});

/** mulberry32. */
export function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    yield (mixed ^ (mixed >>> 14)) >>> 0;
  }
}

function* randomTexts(seed: number, count: number): Generator<string> {
  const source = numbers(seed);
  const below = (limit: number) => source.next().value % limit;
  for (let text = 0; text < count; text++) {
    const first = alphabets[below(alphabets.length)]!;
    const second = alphabets[below(alphabets.length)]!;
    let drawn = "";
    for (let left = below(20); left > 0; left--) {
      const alphabet = below(3) > 0 ? first : second;
      drawn += alphabet[below(alphabet.length)]!;
    }
    if (below(64) === 0) drawn += first[below(first.length)]!.repeat(95 + below(110));
    yield drawn;
  }
}

function codePointText(first: number, count: number): string {
  let text = "";
  for (let code = first; code < first + count; code++) {
    if (code >= 0xd800 && code < 0xe000) continue;
    const char = String.fromCodePoint(code);
    text += `${char} a${char}b e${char}\u0301 ${char}\u0338 `;
  }
  return text;
}

/** Adds a text's encoding; throws where the encoder with offsets and the one without differ. */
export function updateWith(digest: Hash, tokenizer: WordPieceTokenizer, text: string): void {
  const { ids, wordStarts, starts, ends } = tokenizer.encodeWithOffsets(text);
  const quick = tokenizer.encode(text);
  const same = (a: ArrayLike<number>, b: ArrayLike<number>) =>
    a.length === b.length && Array.prototype.every.call(a, (value, at) => value === b[at]);
  if (!same(ids, quick.ids) || !same(wordStarts, quick.wordStarts))
    throw new Error(`encode gives ${quick.ids} for ${JSON.stringify(text)}, not ${ids}`);
  const columns = [ids, wordStarts, codePointOffsets(text, starts), codePointOffsets(text, ends)];
  const row = new Int32Array(1 + 4 * ids.length);
  row[0] = ids.length;
  columns.forEach((column, at) => {
    row.set(column, 1 + at * ids.length);
  });
  digest.update(row);
}

/** The digests of a combination's blocks of code points, `which` of them. */
export function codePointDigests(combination: number, which: readonly number[]): string[] {
  const options = optionsOf(combination);
  const tokenizer = new WordPieceTokenizer(vocabularies[0]!, options);
  const splitter = new WordSplitter(options);
  return which.map((block) => {
    const digest = createHash("sha256");
    const texts = Array.from({ length: BLOCK / 64 }, (_, part) =>
      codePointText(BLOCK * block + 64 * part, 64),
    );
    for (const text of texts) {
      const bytes = new TextEncoder().encode(text);
      splitter.reset(bytes, 0, bytes.length);
      while (splitter.next())
        digest.update(splitter.word.subarray(0, splitter.length)).update("\n");
    }
    for (const text of texts) updateWith(digest, tokenizer, text);
    return digest.digest("hex").slice(0, 8);
  });
}

/** The digest of a block of random texts. */
export function textsDigest(block: number): string {
  const options = optionsOf((7 * block) % COMBINATIONS, MAX_CHARS[block % MAX_CHARS.length]);
  const unknown = block % UNKNOWN_TOKENS.length;
  const tokenizer = new WordPieceTokenizer(vocabularies[unknown]!, {
    ...options,
    unknownToken: UNKNOWN_TOKENS[unknown]!,
  });
  const digest = createHash("sha256");
  for (const text of randomTexts(block + 1, TEXTS)) updateWith(digest, tokenizer, text);
  return digest.digest("hex").slice(0, 16);
}
