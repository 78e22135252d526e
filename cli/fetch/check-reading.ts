import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { PipelineError } from "../../engine/index.ts";
import { readRace } from "../../stages/eval/reading/race.ts";
import { readSquad } from "../../stages/eval/reading/squad.ts";
import type { Verdict } from "./check.ts";
import type { DataSet } from "./data-sets.ts";

/** Questions as the papers count them: Rajpurkar et al., 2016 and 2018; Lai et al., 2017. */
const QUESTIONS: Readonly<Record<string, number>> = {
  "train-v1.1.json": 87599,
  "dev-v1.1.json": 10570,
  "train-v2.0.json": 130319,
  "dev-v2.0.json": 11873,
  "train-middle.jsonl": 25421,
  "train-high.jsonl": 62445,
  "dev-middle.jsonl": 1436,
  "dev-high.jsonl": 3451,
  "test-middle.jsonl": 1436,
  "test-high.jsonl": 3498,
};

/** Reads all files of SQuAD or RACE in a folder. */
export async function checkReading({ tasks }: DataSet, folder: string): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const { name, make } of tasks)
    for (const file of make.files) verdicts.push(await verdictOf(name, folder, file));
  return verdicts;
}

async function verdictOf(task: string, folder: string, file: string): Promise<Verdict> {
  const split = file.split(/[-.]/)[0]!;
  const of = { task, split, file, published: QUESTIONS[file] };
  try {
    const text = await readFile(join(folder, task, file), "utf8");
    const read = file.endsWith(".jsonl") ? readRace : readSquad;
    const examples = read(text, file).length;
    const problem = examples === of.published ? undefined : "not as many as published";
    return { ...of, examples, problem };
  } catch (error) {
    const absent = (error as NodeJS.ErrnoException).code === "ENOENT";
    if (!absent && !(error instanceof PipelineError)) throw error;
    const problem = absent ? "missing" : (error as Error).message;
    return { ...of, examples: undefined, problem };
  }
}
