import { EXIT, PipelineError, type Ref, suggest } from "../../engine/index.ts";
import type { documents as documentsTable } from "../ingest/tables.ts";
import type { checkpoint as checkpointTable, scores } from "../train/tables.ts";
import { taskBaseline } from "./baseline/index.ts";
import { checkContamination } from "./contamination/index.ts";
import { type FoundTask, findGlue } from "./find-glue.ts";
import { GLUE_TASKS, type GlueTask } from "./glue.ts";
import { glueTable } from "./glue-table/index.ts";
import { evaluate } from "./index.ts";
import { localFolder } from "./local-folder.ts";
import { type FineTuningOptions, glueRecipe } from "./recipes.ts";
import { glueSubmission } from "./submission/index.ts";
import type {
  contamination as contaminationTable,
  glueScores,
  predictions,
  submission as submissionFolder,
} from "./tables.ts";

export interface GlueOptions {
  /** Where the tasks are, a folder each: official files, Hugging Face's exports or samples. */
  readonly folder: string;
  /** By default all that are found. */
  readonly tasks?: readonly GlueTask[];
  /** How many runs of each task, from seed 0 on. */
  readonly seeds?: number;
  /** Multiplies the steps and warm-ups of the paper's recipes. */
  readonly stepsScale?: number;
  /** Replaces what the recipes say, for all tasks. */
  readonly finetuning?: FineTuningOptions;
  /** Replaces it for single tasks. */
  readonly finetuningOf?: Readonly<Partial<Record<GlueTask, FineTuningOptions>>>;
  /**
   * WNLI's dev set contradicts its training set, so that what learns scores below the majority: `majority` always
   * answers that, `fine-tune` treats it as any task, `exclude` leaves it out. The table says which.
   */
  readonly wnli?: "majority" | "fine-tune" | "exclude";
  /** Whether RTE, MRPC and STS-B start from the model that was fine-tuned on MNLI, as in the paper. */
  readonly fromMnli?: boolean;
  /** Share of the training file that is held out and scored where a task has no labelled file beside it. */
  readonly heldoutShare?: number;
  /**
   * Whether the first runs' predictions are written as a submission: `whole`, an error unless all eleven files can be,
   * or `partial`, those for which there are official test files.
   */
  readonly submission?: "none" | "partial" | "whole";
  /** Put before the names of all nodes, with a hyphen. */
  readonly prefix?: string;
}

/** What `glue` reads. */
export interface GlueInputs {
  readonly checkpoint: Ref<typeof checkpointTable>;
  readonly documents?: Ref<typeof documentsTable>;
}

/** What `glue` placed. */
export interface PlacedGlue {
  /** The GLUE table. */
  readonly table: Ref<typeof glueScores>;
  /** Scores of every run. */
  readonly scores: readonly Ref<typeof scores>[];
  /** Predictions of the runs of each task, by seed. */
  readonly predictions: Readonly<Partial<Record<GlueTask, readonly Ref<typeof predictions>[]>>>;
  /** Of each task how much of it is in the documents; none where no documents were given. */
  readonly contamination: readonly Ref<typeof contaminationTable>[];
  /** Undefined where none is wanted, or `partial` with not one test file. */
  readonly submission: Ref<typeof submissionFolder> | undefined;
}

/** The tasks that the paper starts from the model that was fine-tuned on MNLI. */
const FROM_MNLI: readonly GlueTask[] = ["RTE", "MRPC", "STS-B"];

/**
 * Places GLUE as nodes: of every task found in a folder the data, the baseline of words and each run, with the paper's
 * hyperparameters, and the table of them all. MNLI is fine-tuned once a seed; RTE, MRPC and STS-B start from its first
 * run. With the `documents` that the checkpoint was pretrained on each task is looked for in them. Nodes are called
 * `rte-data`, `rte-words`, `rte-seed-0`, `rte-contamination`. Throws a PipelineError where no task is found or a task
 * that is asked for is not there.
 */
export async function glue(
  { checkpoint, documents }: GlueInputs,
  options: GlueOptions,
): Promise<PlacedGlue> {
  const { seeds = 1, wnli = "majority", fromMnli = true, submission = "none", prefix } = options;
  const named = (name: string) => (prefix === undefined ? name : `${prefix}-${name}`);
  if (!Number.isSafeInteger(seeds) || seeds < 1)
    throw new PipelineError("glue wants at least one seed", {
      where: "seeds",
      expected: "a whole number from 1",
      got: String(seeds),
      exitCode: EXIT.usage,
    });
  const wanted = chosen(await findGlue(options.folder), options);
  const runs: Ref<typeof scores>[] = [];
  const words: Ref<typeof scores>[] = [];
  const placed: Partial<Record<GlueTask, readonly Ref<typeof predictions>[]>> = {};
  const contamination: Ref<typeof contaminationTable>[] = [];
  const startedFrom: Record<string, string> = {};
  let mnli: Ref<typeof checkpointTable> | undefined;
  for (const found of wanted) {
    const { name, task } = found;
    const node = (part: string) => ({ as: named(`${name.toLowerCase()}-${part}`) });
    const { path, beside = [] } = found.data;
    const { data } = localFolder({}, { path, beside: [...beside] }, node("data"));
    const heldout = found.hasDev ? {} : { heldoutShare: options.heldoutShare ?? 0.1 };
    words.push(taskBaseline({ data }, { task, ...heldout }, node("words")).scores);
    if (documents !== undefined) {
      const check = checkContamination(
        { documents, data },
        { task, ...heldout },
        node("contamination"),
      );
      contamination.push(check.contamination);
    }
    if (name === "WNLI" && wnli === "majority") {
      const model = "majority" as const;
      const always = taskBaseline({ data }, { task, ...heldout, model }, node("majority"));
      runs.push(always.scores);
      placed[name] = [always.predictions];
      continue;
    }
    const start = mnli !== undefined && FROM_MNLI.includes(name) ? mnli : checkpoint;
    if (start === mnli) startedFrom[name] = "MNLI";
    const own = Array.from({ length: seeds }, (_, seed) => {
      const feeds = fromMnli && name === "MNLI" && seed === 0;
      const recipe = glueRecipe(name, {
        ...(options.stepsScale !== undefined && { stepsScale: options.stepsScale }),
        ...options.finetuning,
        ...options.finetuningOf?.[name],
        ...(feeds && { saveCheckpoint: true }),
      });
      const params = { task, ...heldout, ...recipe, seed };
      return evaluate({ checkpoint: start, data }, params, node(`seed-${seed}`));
    });
    if (name === "MNLI" && fromMnli) mnli = own[0]!.checkpoint;
    runs.push(...own.map((run) => run.scores));
    placed[name] = own.map((run) => run.predictions);
  }
  const hasWnli = wanted.some(({ name }) => name === "WNLI");
  const { table } = glueTable(
    { runs, words },
    { startedFrom, ...((hasWnli || wnli === "exclude") && { wnli }) },
    { as: named("glue-table") },
  );
  const tested = wanted.some(({ task }) => Object.keys(task.test).length > 0);
  const submitted = submission === "whole" || (submission === "partial" && tested);
  return {
    table,
    scores: runs,
    predictions: placed,
    contamination,
    submission: submitted
      ? glueSubmission(
          { predictions: Object.values(placed).flat() },
          { seed: 0, partial: submission === "partial" },
          { as: named("glue-submission") },
        ).submission
      : undefined,
  };
}

/** The tasks that are asked for, MNLI before those that start from it. */
function chosen(found: readonly FoundTask[], { tasks, wnli, folder }: GlueOptions): FoundTask[] {
  for (const name of tasks ?? []) {
    if (found.some((each) => each.name === name)) continue;
    const known = GLUE_TASKS.includes(name);
    const there = found.map((each) => each.name);
    throw new PipelineError(
      known ? `${name} is not found` : `GLUE has no task ${JSON.stringify(name)}`,
      {
        where: known ? folder : "tasks",
        expected: known ? `a folder ${name} with its files` : GLUE_TASKS.join(", "),
        got: known ? there.join(", ") : String(name),
        hint: known ? "pipeline fetch glue downloads it" : suggest(name, GLUE_TASKS),
        exitCode: EXIT.usage,
      },
    );
  }
  const wanted = found.filter(
    ({ name }) =>
      (tasks === undefined || tasks.includes(name)) && !(name === "WNLI" && wnli === "exclude"),
  );
  return [
    ...wanted.filter(({ name }) => name === "MNLI"),
    ...wanted.filter(({ name }) => name !== "MNLI"),
  ];
}
