import { access } from "node:fs/promises";
import { extname, join } from "node:path";
import type { Split, Task } from "../task.ts";
import { readCsv, readTsv } from "./cells.ts";
import { filesOf, notThere, readText } from "./files.ts";
import { readJsonl } from "./jsonl.ts";
import { LabelReader } from "./label.ts";
import {
  brokenRecord,
  duplicateId,
  headerIsExample,
  noExample,
  noId,
  noText,
  unknownFormat,
  wrongLabel,
} from "./mistakes.ts";
import { readParquet } from "./parquet.ts";
import type { Asked, FileRows } from "./rows.ts";

/** One example of a task's split. */
export interface TaskExample {
  /** Its number among the split's records, from 0; records that are passed over count. */
  readonly index: number;
  /** What the task's id column says, else `index`: unique within the split. */
  readonly id: string;
  /** The one text, or both. */
  readonly texts: readonly string[];
}

/** An example of a split that is trained on or scored. */
export interface LabelledExample extends TaskExample {
  /** Class index, or the score. */
  readonly label: number;
}

export interface SplitExamples<E extends TaskExample> {
  readonly examples: readonly E[];
  /** How many lines had too few or too many columns and were passed over. */
  readonly skipped: number;
  /** How many examples the split is known to have, where it has another number. */
  readonly rowsKnown?: number;
}

/**
 * Reads a training or evaluated split from the task's folder. A PipelineError names file and line where it is not
 * what the task says: columns, labels, ids that stand twice, no example at all.
 */
export async function readLabelled(
  task: Task,
  folder: string,
  split: Split,
): Promise<SplitExamples<LabelledExample>> {
  return readSplit(task, folder, split, (example, label) => ({ ...example, label: label! }));
}

/** Reads a split that has no labels: a column of them is not looked at. */
export async function readUnlabelled(
  task: Task,
  folder: string,
  split: Split,
): Promise<SplitExamples<TaskExample>> {
  return readSplit(task, folder, { ...split, role: "test" }, (example) => example);
}

async function readSplit<E extends TaskExample>(
  task: Task,
  folder: string,
  split: Split,
  make: (example: TaskExample, label: number | undefined) => E,
): Promise<SplitExamples<E>> {
  const examples: E[] = [];
  const places = new Map<string, string>();
  let [index, skipped] = [0, 0];
  for (const file of await filesOf(task, folder, split.file)) {
    const asked = askedOf(task, split, file);
    const { labelAt } = asked;
    const found = await readFile(task, folder, asked);
    const labels = new LabelReader(task, found.labelNames);
    if (isExample(found.header, asked, labels)) throw headerIsExample(task, asked, found.header!);
    for (const row of found.rows) {
      const where = `${file}, ${found.unit} ${row.line}`;
      const at = index++;
      if ("broken" in row) {
        if (!task.skipBrokenLines) throw brokenRecord(task, where, row.broken);
        skipped++;
        continue;
      }
      const { values } = row;
      const texts = split.texts.map((_, place) => textOf(values[place], task, where));
      const label = labelAt === undefined ? undefined : labels.read(values[labelAt]);
      if (labelAt !== undefined && label === undefined)
        throw wrongLabel(task, where, values[labelAt], labels, found, at === 0 && !split.header);
      const id = split.id === undefined ? String(at) : idOf(values.at(-1), task, where);
      const other = places.get(id);
      if (other !== undefined) throw duplicateId(task, id, other, where);
      places.set(id, where);
      examples.push(make({ index: at, id, texts }, label));
    }
  }
  if (examples.length === 0) throw noExample(task, split, skipped);
  const known = Object.hasOwn(task.rows, split.name) ? task.rows[split.name] : undefined;
  const differs = known !== undefined && known !== examples.length;
  return { examples, skipped, ...(differs && { rowsKnown: known }) };
}

/** The texts, the label where there is one, and last the id. */
function askedOf(task: Task, { texts, label, id, header, role }: Split, file: string): Asked {
  const labels = role === "test" ? [] : [label];
  return {
    task: task.name,
    file,
    header,
    columns: [...texts, ...labels, ...(id === undefined ? [] : [id])],
    labelAt: role === "test" ? undefined : texts.length,
  };
}

/** A first line that is an example would be lost without a word. */
function isExample(
  header: readonly string[] | undefined,
  { columns, labelAt }: Asked,
  labels: LabelReader,
): boolean {
  if (header === undefined || labelAt === undefined) return false;
  const numbered = columns.every((column) => typeof column === "number");
  return numbered && labels.read(header[labelAt]) !== undefined;
}

const FORMATS: Readonly<Record<string, Task["format"]>> = {
  ".tsv": "tsv",
  ".tab": "tsv",
  ".txt": "tsv",
  ".csv": "csv",
  ".jsonl": "jsonl",
  ".ndjson": "jsonl",
  ".json": "jsonl",
  ".parquet": "parquet",
};

async function readFile(task: Task, folder: string, asked: Asked): Promise<FileRows> {
  const { file } = asked;
  const extension = extname(file).toLowerCase();
  const format =
    task.format ?? (Object.hasOwn(FORMATS, extension) ? FORMATS[extension] : undefined);
  if (format === "tsv") return readTsv(await readText(task, folder, file), asked);
  if (format === "csv") return readCsv(await readText(task, folder, file), asked);
  if (format === "jsonl") return readJsonl(await readText(task, folder, file), asked);
  if (format === "parquet") {
    const path = join(folder, file);
    await access(path).catch(async (cause) => {
      throw await notThere(task, folder, file, cause);
    });
    return readParquet(path, asked);
  }
  throw unknownFormat(task, file, Object.keys(FORMATS));
}

function textOf(value: unknown, task: Task, where: string): string {
  if (typeof value === "string") return value;
  throw noText(task, where, value);
}

function idOf(value: unknown, task: Task, where: string): string {
  if (typeof value === "string" && value !== "") return value;
  if (typeof value === "bigint" || Number.isSafeInteger(value)) return String(value);
  throw noId(task, where, value);
}
