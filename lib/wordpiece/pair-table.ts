import { IntList } from "./int-list.ts";

/** Ends a list of notes. */
export const NO_NOTE = -1;

/** Pairs of neighbouring symbols, each with an index, how often it occurs, and the words in which it newly does. */
export class PairTable {
  readonly left = new IntList();
  readonly right = new IntList();
  /** Occurrences by pair; sums of word counts, so beyond 32 bits. */
  counts = new Float64Array(1 << 12);
  /** The pairs that have risen since the last `takeNotes` of each. */
  readonly risen = new IntList();
  /** Index + 1 of the pair in each slot, 0 where it is free. */
  #slots = new Int32Array(1 << 13);
  /** Linked lists of words: the newest note of each pair, each note's word and the note before it. */
  readonly #newest = new IntList();
  readonly #words = new IntList();
  readonly #before = new IntList();

  get size(): number {
    return this.left.length;
  }

  /** Counts a pair's `count` occurrences in a word more, and notes the word. */
  rise(left: number, right: number, count: number, word: number): void {
    const pair = this.#index(left, right);
    this.counts[pair]! += count;
    const newest = this.#newest.values[pair]!;
    if (newest === NO_NOTE) this.risen.push(pair);
    else if (this.#words.values[newest] === word) return;
    this.#newest.values[pair] = this.#words.length;
    this.#words.push(word);
    this.#before.push(newest);
  }

  /** Counts `count` occurrences less of a pair. */
  fall(left: number, right: number, count: number): void {
    this.counts[this.#index(left, right)]! -= count;
  }

  /** The newest of the notes since the last call for this pair, which are then its own no more. */
  takeNotes(pair: number): number {
    const newest = this.#newest.values[pair]!;
    this.#newest.values[pair] = NO_NOTE;
    return newest;
  }

  /** The note before this one. */
  noteBefore(note: number): number {
    return this.#before.values[note]!;
  }

  wordOf(note: number): number {
    return this.#words.values[note]!;
  }

  /** The index of a pair; adds it, with no occurrence, if new. */
  #index(left: number, right: number): number {
    const mask = this.#slots.length - 1;
    const lefts = this.left.values;
    const rights = this.right.values;
    let slot = slotOf(left, right, mask);
    for (let entry = this.#slots[slot]!; entry !== 0; entry = this.#slots[slot]!) {
      if (lefts[entry - 1] === left && rights[entry - 1] === right) return entry - 1;
      slot = (slot + 1) & mask;
    }
    const pair = this.size;
    this.#slots[slot] = pair + 1;
    this.left.push(left);
    this.right.push(right);
    this.#newest.push(NO_NOTE);
    if (pair === this.counts.length) {
      const grown = new Float64Array(2 * pair);
      grown.set(this.counts);
      this.counts = grown;
    }
    if (2 * this.size > this.#slots.length) this.#grow();
    return pair;
  }

  #grow(): void {
    const slots = new Int32Array(2 * this.#slots.length);
    const mask = slots.length - 1;
    for (let pair = 0; pair < this.size; pair++) {
      let slot = slotOf(this.left.values[pair]!, this.right.values[pair]!, mask);
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = pair + 1;
    }
    this.#slots = slots;
  }
}

function slotOf(left: number, right: number, mask: number): number {
  const mixed = Math.imul(Math.imul(left, 0x9e3779b1) ^ right, 0x85ebca6b);
  return (mixed ^ (mixed >>> 15)) & mask;
}
