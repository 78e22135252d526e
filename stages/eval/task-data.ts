import { PipelineError, type StageContext } from "../../engine/index.ts";
import { RandomStream } from "../../lib/random.ts";
import type { TaskParams } from "./params.ts";
import { isThere } from "./read/files.ts";
import {
  type LabelledExample,
  readLabelled,
  readUnlabelled,
  type SplitExamples,
  type TaskExample,
} from "./read/index.ts";
import { type Split, splitsOf } from "./task.ts";

/** A split that is predicted, and scored where its labels are known. */
export type EvaluatedSplit =
  | {
      readonly scored: true;
      readonly split: string;
      readonly examples: readonly LabelledExample[];
    }
  | { readonly scored: false; readonly split: string; readonly examples: readonly TaskExample[] };

/** Whether a split's labels are known. */
export function isScored<S extends EvaluatedSplit>(split: S): split is S & { scored: true } {
  return split.scored;
}

/** A task's examples: those to train on, and what is evaluated. */
export interface TaskData {
  readonly train: readonly LabelledExample[];
  readonly evaluated: readonly EvaluatedSplit[];
}

/**
 * Reads all of a task's files, so that what is wrong in one shows before anything is trained. Training examples are set
 * apart and left out as the parameters say; which are set apart is the same for every seed.
 */
export async function readTaskData(
  { task, heldoutShare, maxTrainExamples }: TaskParams,
  folder: string,
  seed: number,
  log: StageContext<unknown>["log"],
): Promise<TaskData> {
  const told = <E extends TaskExample>(
    { file }: Split,
    { examples, skipped, rowsKnown }: SplitExamples<E>,
  ): readonly E[] => {
    if (skipped > 0)
      log("info", `${task.name}: ${file}: lines with too few columns passed over: ${skipped}`);
    if (rowsKnown !== undefined)
      log(
        "warn",
        `${task.name}: ${file}: ${examples.length} examples where ${rowsKnown} are known`,
      );
    return examples;
  };
  const [training, ...others] = splitsOf(task);
  const all = told(training!, await readLabelled(task, folder, training!));
  const evaluated: EvaluatedSplit[] = [];
  for (const split of others) {
    const { name } = split;
    if (split.role === "dev") {
      const examples = told(split, await readLabelled(task, folder, split));
      evaluated.push({ scored: true, split: name, examples });
    } else if (await isThere(folder, split.file)) {
      const examples = told(split, await readUnlabelled(task, folder, split));
      evaluated.push({ scored: false, split: name, examples });
    } else log("info", `${task.name}: ${split.file} is not there, so ${name} is not predicted`);
  }
  let train = all;
  if (heldoutShare !== undefined) {
    const count = Math.round(heldoutShare * all.length);
    if (count === 0 || count === all.length)
      throw new PipelineError(`${task.name}: no example is left on one side`, {
        where: "heldoutShare",
        expected: "a share of the training examples that is neither none nor all of them",
        got: `${heldoutShare} of ${all.length} examples`,
      });
    const heldout = drawn(all, count, new RandomStream(0, "eval heldout", task.name));
    evaluated.unshift({
      scored: true,
      split: "heldout",
      examples: all.filter((_, index) => heldout.has(index)),
    });
    train = all.filter((_, index) => !heldout.has(index));
  }
  if (maxTrainExamples !== undefined && maxTrainExamples < train.length) {
    const random = new RandomStream(seed, "eval sample", task.name);
    const kept = drawn(train, maxTrainExamples, random);
    train = train.filter((_, index) => kept.has(index));
  }
  return { train, evaluated };
}

/** Indices of `count` examples, drawn at random. */
function drawn(
  examples: readonly unknown[],
  count: number,
  random: RandomStream,
): ReadonlySet<number> {
  const order = Array.from(examples, (_, index) => index);
  random.shuffle(order);
  return new Set(order.slice(0, count));
}
