import {
  type Example,
  type ExampleKey,
  type ExampleText,
  nameOf,
  type TableReader,
} from "./example.ts";

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
      const example = await this.#example(key);
      this.#keep(key, example);
      if (example.state !== "there") continue;
      // A model takes longer than a file: the row is shown meanwhile, and left out where one has gone on to another.
      const { text } = example;
      const guessed = this.#wanted === undefined ? await this.#guess(key) : undefined;
      if (guessed === undefined) this.#read.delete(nameOf(key));
      else
        this.#keep(key, {
          state: "there",
          text: { ...text, lines: [...text.lines, ...guessed] },
          guessing: false,
        });
    }
    this.#busy = false;
  }

  #keep(key: ExampleKey, example: Example): void {
    this.#read.set(nameOf(key), example);
    for (const oldest of this.#read.keys()) {
      if (this.#read.size <= KEPT) break;
      this.#read.delete(oldest);
    }
    this.#changed();
  }

  #example(key: ExampleKey): Promise<Example> {
    return this.#tables.example(key).then(
      (text) => ({ state: "there", text, guessing: true }),
      (error: unknown) => ({ state: "failed", message: messageOf(error) }),
    );
  }

  #guess(key: ExampleKey): Promise<ExampleText["lines"]> {
    return this.#tables.guess(key).catch((error) => [["model", messageOf(error)]]);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
