import { PipelineError } from "../../engine/index.ts";
import { type FoundTask, findGlue } from "../../stages/eval/find-glue.ts";
import { GLUE_TASKS, glueTask } from "../../stages/eval/glue.ts";
import { readLabelled, readUnlabelled } from "../../stages/eval/read/index.ts";
import { type Split, splitsOf, type Task } from "../../stages/eval/task.ts";
import { textTable } from "../text-table.ts";
import type { DataSet } from "./data-sets.ts";

/** What was found of one split. */
export interface Verdict {
  readonly task: string;
  readonly split: string;
  readonly file: string;
  readonly examples: number | undefined;
  /** How many there are officially; undefined where the file is no official one, such as a sample. */
  readonly published: number | undefined;
  /** What is wrong with it, if anything. */
  readonly problem: string | undefined;
}

/** Reads all of the data set's tasks in a folder, each with every file that it officially has. */
export async function checkGlue({ tasks }: DataSet, folder: string): Promise<Verdict[]> {
  const found = await findGlue(folder);
  const verdicts: Verdict[] = [];
  for (const name of GLUE_TASKS.filter((each) => tasks.some((task) => task.name === each))) {
    const own = found.find((each) => each.name === name);
    if (own === undefined) verdicts.push(missing(name, "train", "train.tsv"));
    else verdicts.push(...(await verdictsOf(own)));
  }
  if (tasks.some(({ name }) => name === "AX")) verdicts.push(await axVerdict(found));
  return verdicts;
}

async function verdictsOf({ name, task, data }: FoundTask): Promise<Verdict[]> {
  const splits = splitsOf(task).filter(({ name: split }) => split !== "ax");
  const verdicts: Verdict[] = [];
  for (const split of splits) verdicts.push(await verdictOf(task, data.path, split));
  const roles = new Set(splits.map(({ role }) => role));
  const known = new Set(splits.map((split) => split.name));
  for (const official of splitsOf(glueTask(name))) {
    // A sample's development set has a name of its own.
    const other =
      official.role === "dev" && roles.has("dev") && Object.keys(task.rows).length === 0;
    if (!known.has(official.name) && !other)
      verdicts.push(missing(name, official.name, official.file));
  }
  return verdicts;
}

async function axVerdict(found: readonly FoundTask[]): Promise<Verdict> {
  const mnli = found.find(({ name }) => name === "MNLI");
  const split = mnli && splitsOf(mnli.task).find(({ name }) => name === "ax");
  const beside = mnli?.data.beside?.[0];
  if (mnli === undefined || split === undefined || beside === undefined)
    return missing("AX", "ax", "AX.tsv");
  const file = split.file.slice(beside.prefix.length);
  return { ...(await verdictOf(mnli.task, beside.path, { ...split, file })), task: "AX" };
}

function missing(task: string, split: string, file: string): Verdict {
  return { task, split, file, examples: undefined, published: undefined, problem: "missing" };
}

async function verdictOf(task: Task, folder: string, split: Split): Promise<Verdict> {
  const published = Object.hasOwn(task.rows, split.name) ? task.rows[split.name] : undefined;
  const of = { task: task.name, split: split.name, file: split.file, published };
  const read = split.role === "test" ? readUnlabelled : readLabelled;
  try {
    const { examples, rowsKnown } = await read(task, folder, split);
    const problem = rowsKnown === undefined ? undefined : "not as many as published";
    return { ...of, examples: examples.length, problem };
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    const { where, got } = error.details;
    const problem = [error.message, where, got].filter((part) => part !== undefined).join("; ");
    return { ...of, examples: undefined, problem };
  }
}

/** The verdicts as a table, and a line on what they come to. */
export function verdictLines(verdicts: readonly Verdict[]): string[] {
  const table = textTable(
    ["task", "split", "file", "examples", "published", "verdict"],
    verdicts.map(({ task, split, file, examples, published, problem }) => [
      task,
      split,
      file,
      examples ?? null,
      published ?? null,
      problem ?? (published === undefined ? "read; no official file" : "whole"),
    ]),
  );
  const wrong = verdicts.filter(({ problem }) => problem !== undefined).length;
  return [
    table,
    "",
    wrong === 0
      ? "Everything is there and as published."
      : `${wrong} of ${verdicts.length} splits are missing or not as published.`,
  ];
}
