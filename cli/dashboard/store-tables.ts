import { basename } from "node:path";
import {
  type Artifact,
  FileStore,
  type PlainRow,
  type PlainValue,
  plainRows,
} from "../../engine/index.ts";
import { formatNumber } from "../../lib/format.ts";
import type { ExampleKey, ExampleText, TableReader } from "../../tui/index.ts";
import { askedOf, decoderOf } from "../inspect/decoded.ts";
import { guessedLines } from "../inspect/guessed.ts";
import { decodedPrediction, holdsPredictions } from "../inspect/predictions.ts";
import { ModelSearch } from "./model-search.ts";
import { TokenizerSearch } from "./tokenizer-search.ts";

/** List items shown before the rest are counted. */
const SHOWN = 24;
/** The row table whose rows say how good something is. */
const SCORES = "scores";
const MAX_SCORES = 1000;

/** Reads finished tables of a store by what their manifests and files say: no config is needed. */
export class StoreTables implements TableReader {
  readonly #store: FileStore;
  readonly #tokenizers: TokenizerSearch;
  readonly #models: ModelSearch;

  private constructor(store: FileStore, inputs: ReadonlyMap<string, readonly string[]>) {
    this.#store = store;
    this.#tokenizers = new TokenizerSearch(store, (node) => inputs.get(node) ?? []);
    this.#models = new ModelSearch(store, inputs);
  }

  /** `inputs` says which nodes each node reads. */
  static async open(
    root: string,
    inputs: ReadonlyMap<string, readonly string[]>,
  ): Promise<StoreTables> {
    return new StoreTables(await FileStore.open(root, { write: false }), inputs);
  }

  async example(key: ExampleKey): Promise<ExampleText> {
    const artifact = await this.#artifact(key.node, key.folder);
    const read = await readRow(artifact, key);
    const columns = columnsOf(read);
    if (holdsPredictions(columns)) return decodedPrediction(withoutNulls(read));
    const decode = decoderOf(columns);
    const tokenizer = decode && (await this.#tokenizers.of(artifact));
    if (decode !== undefined && tokenizer !== undefined)
      return decode(tokenizer, withoutNulls(read));
    return { title: "", lines: Object.entries(read).map(([name, value]) => [name, shown(value)]) };
  }

  async guess(key: ExampleKey): Promise<ExampleText["lines"]> {
    const artifact = await this.#artifact(key.node, key.folder);
    const guesser = await this.#models.of(artifact, key.output);
    if (guesser === undefined) return [];
    const row = withoutNulls(await readRow(artifact, key));
    return guessedLines(guesser.tokenizer, row, await guesser.guess(askedOf(row)));
  }

  async rows(node: string, folder: string): ReturnType<TableReader["rows"]> {
    const artifact = await this.#artifact(node, folder);
    if (artifact.manifest.outputs[SCORES]?.kind !== "rows") return [];
    const rows = await plainRows(artifact, SCORES, 0, MAX_SCORES);
    return rows as Awaited<ReturnType<TableReader["rows"]>>;
  }

  async #artifact(node: string, folder: string): Promise<Artifact> {
    const artifact = await this.#store.find(node, basename(folder));
    if (artifact === undefined)
      throw new Error(`${folder} is gone, or its manifest cannot be read`);
    return artifact;
  }
}

async function readRow(artifact: Artifact, { output, row }: ExampleKey): Promise<PlainRow> {
  const [read] = await plainRows(artifact, output, row, 1);
  if (read === undefined) throw new Error(`${output} has no row ${row}`);
  return read;
}

/** Only the names decide how a row is decoded. */
function columnsOf(row: PlainRow): Parameters<typeof decoderOf>[0] {
  return Object.fromEntries(Object.keys(row).map((name) => [name, "utf8"]));
}

function withoutNulls(row: PlainRow): Readonly<Record<string, Exclude<PlainValue, null>>> {
  const there = Object.entries(row).filter(
    (entry): entry is [string, Exclude<PlainValue, null>] => entry[1] !== null,
  );
  return Object.fromEntries(there);
}

function shown(value: PlainValue): string {
  if (typeof value === "number") return formatNumber(value);
  if (!Array.isArray(value)) return value === null ? "–" : String(value);
  const rest = value.length - SHOWN;
  return `${value.slice(0, SHOWN).map(String).join(" ")}${rest > 0 ? ` … ${rest} more` : ""}`;
}
