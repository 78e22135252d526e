import { type Example, type ExampleKey, nameOf, type TableReader } from "./example.ts";

/** Rows that were read are kept, so that going back and forth reads nothing again. */
const KEPT = 64;

/** Reads the row that is looked at, one at a time, and remembers those that were read. */
export class ExampleLoader {
  readonly #tables: TableReader;
  readonly #changed: () => void;
  readonly #read = new Map<string, Example>();
  #wanted: ExampleKey | undefined;
  #busy = false;

  constructor(tables: TableReader, changed: () => void) {
    this.#tables = tables;
    this.#changed = changed;
  }

  /** What is known of a row by now; it is read where that is nothing. */
  get(key: ExampleKey): Example {
    const known = this.#read.get(nameOf(key));
    if (known !== undefined) return known;
    this.#wanted = key;
    if (!this.#busy) void this.#work();
    return { state: "loading" };
  }

  async #work(): Promise<void> {
    this.#busy = true;
    // While a row was read another may have been asked for; those in between are of no interest any more.
    for (let key = this.#wanted; key !== undefined; key = this.#wanted) {
      this.#wanted = undefined;
      const example = await this.#tables.example(key).then(
        (text): Example => ({ state: "there", text }),
        (error: unknown): Example => {
          return {
            state: "failed",
            message: error instanceof Error ? error.message : String(error),
          };
        },
      );
      this.#read.set(nameOf(key), example);
      for (const oldest of this.#read.keys()) {
        if (this.#read.size <= KEPT) break;
        this.#read.delete(oldest);
      }
      this.#changed();
    }
    this.#busy = false;
  }
}
