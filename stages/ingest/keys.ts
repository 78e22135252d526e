import { createHash } from "node:crypto";
import { RandomStream } from "../../lib/random.ts";
import { DigestSet } from "./digest-set.ts";
import { innerName } from "./open/index.ts";
import type { RawDocument } from "./reader.ts";

/** A file's name without its extension. */
export function stemOf(name: string): string {
  return name.replace(/(?<=[^/])\.[^./]*$/, "");
}

/** What a document's `source` is called: the file, or the member in it. */
export function sourceName(file: string, member: string): string {
  return member === "" ? file : `${file}!${member}`;
}

/**
 * With what the keys of a file's documents begin: its name without its extension and its compression's, then, in an
 * archive, `!` and the same of the member. What would look like a part of the key that it is not is escaped as in a URL.
 */
export function keyStem(file: string, member = ""): string {
  const [outer, inner] = [file, member].map((name) => escaped(stemOf(innerName(name).name)));
  return member === "" ? outer! : `${outer}!${inner}`;
}

function escaped(stem: string): string {
  return stem.replace(/[%!#]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
}

/**
 * A document's key within its file, of its content: 48 bits of sha256 of its text before sentences are split, so
 * that neither the documents around it nor the splitter's rules can change it, nor the side of the split it is on.
 */
export function contentKey(document: RawDocument): string {
  const hash = createHash("sha256");
  for (const block of document.blocks) hash.update(block).update("\n");
  return hash.digest("hex").slice(0, 12);
}

/** Sees to it that no key comes twice, in 16 to 32 bytes a key. */
export class UniqueKeys {
  readonly #seen = new DigestSet();
  readonly #repeated = new Map<string, number>();

  /** Whether the key is new; from now on it is not. */
  add(key: string): boolean {
    return this.#seen.add(createHash("sha256").update(key).digest());
  }

  /** The key itself the first time, then `key~2`, `key~3`, ... */
  numbered(key: string): string {
    if (this.add(key)) return key;
    for (let count = (this.#repeated.get(key) ?? 1) + 1; ; count++) {
      this.#repeated.set(key, count);
      const numbered = `${key}~${count}`;
      if (this.add(numbered)) return numbered;
    }
  }
}

/** How often a training document is used in one pass over the corpus: on average `weight` times, by its key alone. */
export function repeatsOf(key: string, weight: number): number {
  const whole = Math.floor(weight);
  const rest = weight - whole;
  const drawn = rest > 0 && new RandomStream(0, "ingest/repeats", key).float() < rest;
  return drawn ? whole + 1 : whole;
}

/** Which documents are held out. */
export interface HeldOut {
  /** The share of all documents, from 0 to 1. */
  readonly share: number;
  /** Keys of documents that are held out whatever the share. */
  readonly keys: readonly string[];
}

/** The side of the split that a document is on, by its key alone. */
export function splitOf(key: string, heldOut: HeldOut): "train" | "heldout" {
  if (heldOut.keys.includes(key)) return "heldout";
  return new RandomStream(0, "ingest/heldout", key).float() < heldOut.share ? "heldout" : "train";
}
