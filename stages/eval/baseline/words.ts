import type { SparseRows } from "../../../lib/linear/sparse.ts";

type Texts = readonly string[];

/** Rarer words say nothing of other examples. */
const LEAST_EXAMPLES = 2;
const MOST_COLUMNS = 200_000;

/** The words of a text, in lower case: runs of letters, marks and digits. */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
}

/**
 * A bag of words of each example as numbers: the count of each word times its rarity, rows scaled to length 1, as
 * scikit-learn's TfidfVectorizer has it with `min_df=2`. Of a pair the words of either text are told apart, with the
 * words that stand in both, and the share of them among all as a number of its own.
 */
export class WordFeatures {
  readonly #columns = new Map<string, number>();
  readonly #rarity: Float64Array;

  /** Which words there are and how rare they are is said by these examples. */
  constructor(examples: readonly Texts[]) {
    const frequency = new Map<string, number>();
    for (const texts of examples)
      for (const feature of countsOf(texts).keys())
        frequency.set(feature, (frequency.get(feature) ?? 0) + 1);
    const kept = [...frequency]
      .filter(([, count]) => count >= LEAST_EXAMPLES)
      .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
      .slice(0, MOST_COLUMNS);
    for (const [index, [feature]] of kept.entries()) this.#columns.set(feature, index);
    this.#rarity = Float64Array.from(
      kept,
      ([, count]) => 1 + Math.log((1 + examples.length) / (1 + count)),
    );
  }

  /** The examples as rows. */
  rows(examples: readonly Texts[]): SparseRows {
    const offsets = new Int32Array(examples.length + 1);
    const columns: number[] = [];
    const values: number[] = [];
    const shared = this.#columns.size;
    for (const [row, texts] of examples.entries()) {
      const start = values.length;
      for (const [feature, count] of countsOf(texts)) {
        const column = this.#columns.get(feature);
        if (column === undefined) continue;
        columns.push(column);
        values.push(count * this.#rarity[column]!);
      }
      const own = values.slice(start);
      const length = Math.sqrt(own.reduce((sum, value) => sum + value * value, 0));
      for (const [index, value] of own.entries()) values[start + index] = value / length;
      if (texts.length === 2) {
        columns.push(shared);
        values.push(sharedShare(texts));
      }
      offsets[row + 1] = values.length;
    }
    return {
      offsets,
      columns: Int32Array.from(columns),
      values: Float64Array.from(values),
      width: shared + 1,
    };
  }
}

/** How often each feature stands in an example: `0 word` and `1 word` of each text, `= word` of both. */
function countsOf(texts: Texts): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const sets = texts.map((text, place) => {
    const words = wordsOf(text);
    for (const word of words)
      counts.set(`${place} ${word}`, (counts.get(`${place} ${word}`) ?? 0) + 1);
    return new Set(words);
  });
  const [first, second] = sets;
  if (second !== undefined)
    for (const word of first!) if (second.has(word)) counts.set(`= ${word}`, 1);
  return counts;
}

/** The share of two texts' distinct words that both have. */
function sharedShare([a, b]: Texts): number {
  const [first, second] = [new Set(wordsOf(a!)), new Set(wordsOf(b!))];
  const both = [...first].filter((word) => second.has(word)).length;
  const all = first.size + second.size - both;
  return all === 0 ? 0 : both / all;
}
