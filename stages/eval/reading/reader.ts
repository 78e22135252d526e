import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { PipelineError } from "../../../engine/index.ts";
import { RandomStream } from "../../../lib/random.ts";
import type { ReadingTask } from "../../../model/reading-heads.ts";
import type { Classifier } from "../classifier.ts";
import type { Features } from "../features.ts";
import type { FineTuningContext } from "../fine-tune.ts";
import { matchingFiles } from "../read/files.ts";
import type { Feeding, Units } from "../units.ts";

/** A question that was answered. */
export interface AnsweredQuestion {
  readonly id: string;
  readonly question: string;
  readonly prediction: string;
  readonly right: readonly string[];
  readonly exact: number;
  readonly f1: number;
  readonly score: number;
}

export interface AnsweredFile {
  readonly rows: readonly AnsweredQuestion[];
  /** Shares, in [0, 1]. */
  readonly scores: readonly {
    readonly metric: string;
    readonly value: number;
    readonly baseline?: number;
    readonly baselineName?: string;
  }[];
}

/** A data set as it is trained on and answered. */
export interface ReadingReader {
  readonly task: ReadingTask;
  /** Rows that the program is fed for each unit. */
  readonly rowsOfUnit: number;
  readonly train: Units;
  /** Of every file, for their lengths. */
  readonly features: readonly Features[];
  answer(
    file: string,
    classifier: Classifier,
    feeding: Feeding,
    context: Pick<FineTuningContext, "params" | "signal">,
  ): Promise<AnsweredFile>;
}

/** Reads a file, or all that a pattern means, one after another. A PipelineError where there is none. */
export async function readFiles<Q>(
  folder: string,
  pattern: string,
  read: (text: string, file: string) => readonly Q[],
): Promise<readonly Q[]> {
  const questions: Q[] = [];
  for (const file of await matchingFiles(folder, pattern)) {
    const text = await readFile(join(folder, file), "utf8").catch((cause) => {
      throw new PipelineError(`${file} cannot be read`, {
        where: file,
        got: cause instanceof Error ? cause.message : String(cause),
        hint: "pipeline fetch squad, or race, gets the official files",
        cause,
      });
    });
    for (const question of read(text, file)) questions.push(question);
  }
  if (questions.length === 0)
    throw new PipelineError(`no file is called ${pattern}`, {
      where: pattern,
      expected: "a file, or a pattern that means some, in the data's folder",
      hint: "give the files' names as train and dev",
    });
  return questions;
}

/** At most so many, drawn at random and left in their order. */
export function sampled<Q>(
  all: readonly Q[],
  most: number | undefined,
  seed: number,
): readonly Q[] {
  if (most === undefined || most >= all.length) return all;
  const order = Array.from(all, (_, index) => index);
  new RandomStream(seed, "reading sample").shuffle(order);
  const kept = new Set(order.slice(0, most));
  return all.filter((_, index) => kept.has(index));
}
