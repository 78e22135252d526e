import { open, readFile, truncate } from "node:fs/promises";
import { join } from "node:path";
import type { Row, RowTable } from "../../engine/index.ts";
import type { curve, divergences, trustRatios } from "./tables.ts";

type RowOf<T> = T extends RowTable<infer C> ? Row<C> : never;

/** A row of one of the tables that grow with the steps. */
export type HistoryRow =
  | { readonly curve: RowOf<typeof curve> }
  | { readonly trustRatios: RowOf<typeof trustRatios> }
  | { readonly divergences: RowOf<typeof divergences> };

/** In the folder of a training's unfinished work, and in the artifact of a finished one. */
export const HISTORY_FILE = "history.jsonl";

/** What a training has yielded, so that one that goes on can yield it again: a line of JSON a row, only ever added to. */
export class History {
  readonly #path: string;
  #written: number;
  #pending: string[] = [];

  private constructor(path: string, written: number) {
    this.#path = path;
    this.#written = written;
  }

  /** Opens a folder's history and forgets what comes after its first `bytes`, which a later, lost state had added. */
  static async open(folder: string, bytes: number): Promise<History> {
    const path = join(folder, HISTORY_FILE);
    const file = await open(path, "a");
    await file.close();
    await truncate(path, bytes);
    return new History(path, bytes);
  }

  /** Adds a row, and gives it back to be yielded. */
  add(row: HistoryRow): HistoryRow {
    this.#pending.push(`${JSON.stringify(row)}\n`);
    return row;
  }

  /** Writes what was added to the disk; gives the length of all in bytes. */
  async flush(): Promise<number> {
    const bytes = Buffer.from(this.#pending.splice(0).join(""), "utf8");
    const file = await open(this.#path, "a");
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    this.#written += bytes.length;
    return this.#written;
  }

  /** Every row that has been written. */
  async rows(): Promise<readonly HistoryRow[]> {
    const lines = (await readFile(this.#path, "utf8")).split("\n");
    return lines.slice(0, -1).map((line) => JSON.parse(line) as HistoryRow);
  }
}
