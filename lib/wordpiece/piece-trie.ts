import { IntList } from "./int-list.ts";

/** The roots: where a match begins at a word's first character, and where after it. */
const WORD_START = 1;
const WORD_REST = 2;

const NONE = -1;

/** The pieces of a vocabulary by their UTF-8 bytes, for longest matches: a trie whose edges are one hash table. */
export class PieceTrie {
  /** `node << 8 | byte` in each taken slot, and the node to which that byte leads. */
  #edges = new Int32Array(1 << 12);
  #children = new Int32Array(1 << 12);
  #size = 0;
  /** The id of the piece that ends at each node. */
  readonly #ids = new IntList();

  /** Where the longest match of the last `#match` ends. */
  #matchEnd = 0;

  constructor() {
    for (let node = 0; node <= WORD_REST; node++) this.#ids.push(NONE);
  }

  /** Adds a piece: one that begins a word, or the rest of one that continues it. */
  insert(continues: boolean, piece: Uint8Array, id: number): void {
    let node = continues ? WORD_REST : WORD_START;
    for (const byte of piece) {
      const edge = (node << 8) | byte;
      const slot = this.#slot(edge);
      if (this.#edges[slot] === edge) {
        node = this.#children[slot]!;
        continue;
      }
      node = this.#ids.length;
      this.#ids.push(NONE);
      this.#edges[slot] = edge;
      this.#children[slot] = node;
      if (2 * ++this.#size > this.#edges.length) this.#grow();
    }
    this.#ids.values[node] = id;
  }

  /**
   * Appends the ids of the pieces of a word, the first `length` bytes: always the longest that matches. Where `ends`
   * is given, each piece's end is appended to it. A word of which some part matches no piece is unknown as a whole.
   */
  spell(word: Uint8Array, length: number, unknown: number, ids: IntList, ends?: IntList): void {
    const before = ids.length;
    const endsBefore = ends?.length ?? 0;
    for (let at = 0; at < length; at = this.#matchEnd) {
      let id = this.#match(at === 0 ? WORD_START : WORD_REST, word, at, length);
      if (id < 0) {
        ids.length = before;
        if (ends) ends.length = endsBefore;
        id = unknown;
        this.#matchEnd = length;
      }
      ids.push(id);
      ends?.push(this.#matchEnd);
    }
  }

  /** The id of the longest piece with which the bytes from `start` to `end` begin, or -1; sets `#matchEnd`. */
  #match(root: number, bytes: Uint8Array, start: number, end: number): number {
    let found = NONE;
    let node = root;
    for (let at = start; at < end; at++) {
      const edge = (node << 8) | bytes[at]!;
      const slot = this.#slot(edge);
      if (this.#edges[slot] !== edge) break;
      node = this.#children[slot]!;
      const id = this.#ids.values[node]!;
      if (id === NONE) continue;
      found = id;
      this.#matchEnd = at + 1;
    }
    return found;
  }

  /** The slot that holds the edge, or the free one where it belongs. */
  #slot(edge: number): number {
    const mask = this.#edges.length - 1;
    let slot = (Math.imul(edge, 0x9e3779b1) >>> 8) & mask;
    while (this.#edges[slot] !== 0 && this.#edges[slot] !== edge) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const edges = this.#edges;
    const children = this.#children;
    this.#edges = new Int32Array(2 * edges.length);
    this.#children = new Int32Array(2 * edges.length);
    for (let old = 0; old < edges.length; old++) {
      if (edges[old] === 0) continue;
      const slot = this.#slot(edges[old]!);
      this.#edges[slot] = edges[old]!;
      this.#children[slot] = children[old]!;
    }
  }
}
