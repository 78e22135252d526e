import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { PipelineError } from "../../engine/index.ts";
import type { Task } from "./task.ts";

/** One line of a task's file. */
export interface TaskExample {
  /** Its index among the file's lines of data, from 0; lines that are passed over count. */
  readonly index: number;
  readonly texts: readonly string[];
  /** Class index, or the score. */
  readonly label: number;
}

export interface TaskFile {
  readonly examples: readonly TaskExample[];
  /** How many lines had too few columns and were passed over. */
  readonly skipped: number;
}

/**
 * Reads one of a task's files: UTF-8, a line an example, cells apart by tabs, quotation marks mere characters.
 * A PipelineError names file and line where the file is not what the task says.
 */
export async function readTaskFile(task: Task, folder: string, file: string): Promise<TaskFile> {
  const lines = (await readText(task, folder, file)).replace(/\r?\n$/, "").split(/\r?\n/);
  const first = task.header ? 1 : 0;
  if (task.header && lines[0] !== "") checkHeader(task, file, lines[0]!);
  const examples: TaskExample[] = [];
  let skipped = 0;
  for (let line = first; line < lines.length; line++) {
    const cells = lines[line]!.split("\t");
    if (cells.length < columnsWanted(task)) {
      if (!task.skipShortLines) throw shortLine(task, file, line, cells.length);
      skipped++;
      continue;
    }
    const texts = task.texts.map((column) => cells[column]!);
    const label = labelOf(task, cells);
    if (label === undefined) throw wrongLabel(task, file, line, labelCell(task, cells));
    examples.push({ index: line - first, texts, label });
  }
  if (examples.length === 0) {
    throw new PipelineError(`${task.name}: ${file} holds no example`, {
      where: file,
      expected: "a line an example",
      got: skipped > 0 ? `${skipped} lines with too few columns` : "an empty file",
    });
  }
  return { examples, skipped };
}

async function readText(task: Task, folder: string, file: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(join(folder, file));
  } catch (cause) {
    const found = (await readdir(folder).catch(() => [])).sort();
    throw new PipelineError(`${task.name}: ${file} cannot be read`, {
      where: file,
      expected: [task.train, ...Object.values(task.dev)].join(", "),
      got: found.length === 0 ? "an empty folder" : found.slice(0, 20).join(", "),
      hint: "give the files' names as the task's train and dev",
      cause,
    });
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new PipelineError(`${task.name}: ${file} is not UTF-8`, {
      where: file,
      expected: "UTF-8",
      got: "bytes that are not",
      hint: "convert it, for instance with iconv -f latin1 -t utf-8",
      cause,
    });
  }
}

/** How many cells a line must have at least. */
function columnsWanted({ texts, label }: Task): number {
  const last = Math.max(...texts);
  return 1 + (label === "last" ? last + 1 : Math.max(last, label));
}

function labelCell({ label }: Task, cells: readonly string[]): string {
  return (label === "last" ? cells.at(-1) : cells[label]) ?? "";
}

/** The class index or score; undefined where the cell holds neither. */
function labelOf(task: Task, cells: readonly string[]): number | undefined {
  const cell = labelCell(task, cells);
  if (task.labels === "score") {
    const score = Number(cell);
    return cell.trim() === "" || !Number.isFinite(score) ? undefined : score;
  }
  const index = task.labels.indexOf(cell);
  return index < 0 ? undefined : index;
}

/** A first line that is an example would be lost without a word. */
function checkHeader(task: Task, file: string, line: string): void {
  const cells = line.split("\t");
  if (cells.length < columnsWanted(task) || labelOf(task, cells) === undefined) return;
  throw new PipelineError(`${task.name}: the first line of ${file} is an example, not a header`, {
    where: `${file}, line 1`,
    expected: "the columns' names",
    got: `the label ${labelCell(task, cells)}`,
    hint: "set the task's header to false",
  });
}

function shortLine(task: Task, file: string, line: number, got: number): PipelineError {
  return new PipelineError(`${task.name}: a line of ${file} has too few columns`, {
    where: `${file}, line ${line + 1}`,
    expected: `at least ${columnsWanted(task)} columns apart by tabs`,
    got: `${got}`,
    hint: "set the task's skipShortLines to pass such lines over",
  });
}

function wrongLabel(task: Task, file: string, line: number, got: string): PipelineError {
  const header = line === 0 && !task.header;
  return new PipelineError(`${task.name}: ${file} has a label that the task does not know`, {
    where: `${file}, line ${line + 1}`,
    expected: task.labels === "score" ? "a number" : task.labels.join(", "),
    got: JSON.stringify(got.slice(0, 80)),
    ...(header && { hint: "if this line names the columns, set the task's header to true" }),
  });
}
