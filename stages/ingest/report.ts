import type { FoundEncoding } from "./decode.ts";

const NAMES: Readonly<Record<FoundEncoding, string>> = {
  "utf-8": "UTF-8",
  latin1: "Windows-1252",
  "utf-16le": "UTF-16 (little-endian)",
  "utf-16be": "UTF-16 (big-endian)",
};

interface Tally {
  count: number;
  readonly first: string;
}

/** What a partition's log says in the end, a line for each kind of thing however often it happened. */
export class Report {
  readonly #encodings = new Map<FoundEncoding, Tally>();
  readonly #leftOut = new Map<string, Tally>();

  /** A file was read in an encoding that its bytes decided. */
  found(encoding: FoundEncoding, where: string): void {
    add(this.#encodings, encoding, 1, where);
  }

  /** Documents or records were not used. */
  leftOut(reason: string, where: string, count = 1): void {
    add(this.#leftOut, reason, count, where);
  }

  lines(): string[] {
    const encodings = [...this.#encodings].map(
      ([encoding, { count, first }]) => `read as ${NAMES[encoding]}: ${count}, the first ${first}`,
    );
    const leftOut = [...this.#leftOut].map(
      ([reason, { count, first }]) => `left out (${reason}): ${count}, the first at ${first}`,
    );
    return [...encodings, ...leftOut];
  }
}

function add<K>(tallies: Map<K, Tally>, kind: K, count: number, first: string): void {
  const tally = tallies.get(kind);
  if (tally === undefined) tallies.set(kind, { count, first });
  else tally.count += count;
}
