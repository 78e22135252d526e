import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PipelineError } from "../../engine/index.ts";
import { originsOf } from "./diverged-batch.ts";
import type { HistoryRow } from "./history.ts";
import { Progress } from "./progress.ts";
import type { Training } from "./training.ts";

/** A step whose update is not made. */
export interface Divergence {
  /** From 0. */
  readonly step: number;
  /** Such as `gradient_norm is NaN`. */
  readonly problem: string;
  readonly rate: number;
  readonly batch: readonly { readonly example: number; readonly ids: ArrayLike<number> }[];
  /** Whether going on without this batch could help: not where the parameters are spoilt already. */
  readonly isSkippable: boolean;
}

const PAST = { skip: "skipped", rollback: "rolled-back", stop: "stopped" } as const;

/**
 * Does what the policy says of a step that diverged, keeps its batch, and gives the rows that say so. A PipelineError
 * where the training is to stop or nothing more may be tried.
 */
export async function handleDivergence(
  training: Training,
  divergence: Divergence,
): Promise<readonly HistoryRow[]> {
  const { context, history, trainer, tokenizer, table } = training;
  const { step, problem, rate } = divergence;
  const action = actionOn(training, divergence);
  const origins = await originsOf(table, divergence.batch, tokenizer);
  const rows = origins.map((origin) => ({
    step: step + 1,
    problem,
    action: PAST[action],
    learning_rate: rate,
    ...origin,
  }));
  const file = join(training.folder, `diverged-step-${step + 1}.jsonl`);
  await writeFile(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  const ends = action === "stop" && context.params.divergence.exhausted === "end";
  if (action === "stop" && !ends) throw stopped(training, divergence, file);
  // Sums that begin with what is no number would stay so.
  await trainer.model.clearGradients();
  if (action === "skip") {
    training.progress.skippedInARow++;
    training.progress.step++;
    context.log("warn", `step ${step + 1} is skipped: ${problem}; its batch: ${file}`);
  } else await rollBack(training, divergence, file);
  if (ends) {
    training.ended = problem;
    context.log("warn", `the training ends there: it diverged, and nothing more may be tried`);
  }
  return rows.map((row) => history.add({ divergences: row }));
}

function actionOn({ context, progress }: Training, { isSkippable }: Divergence) {
  const { policy, maxSkips, maxRollbacks } = context.params.divergence;
  if (policy === "skip") return isSkippable && progress.skippedInARow < maxSkips ? "skip" : "stop";
  if (policy === "rollback") return progress.rollbacks < maxRollbacks ? "rollback" : "stop";
  return "stop";
}

/** Puts the newest state on schedule in the place of the present one, or the beginning where there is none. */
async function rollBack(training: Training, { step, problem }: Divergence, file: string) {
  const { context, states, trainer, progress, beginning } = training;
  const target = await states.newest(
    (folder) => context.log("warn", `${folder} is damaged: an older state is taken`),
    { before: step, scheduled: true },
  );
  if (target === undefined) await beginning.initialise(trainer.model);
  else await trainer.model.write(...(await states.read(target)));
  const restored = new Progress(context.params, target?.progress ?? beginning.updates);
  restored.rateFactor = progress.rateFactor * context.params.divergence.rateFactor;
  restored.rollbacks = progress.rollbacks + 1;
  restored.leftOut = [...progress.leftOut, step];
  restored.best = progress.best;
  training.progress = restored;
  await states.removeAfter(restored.step);
  context.log(
    "warn",
    `step ${step + 1}: ${problem}; back to step ${restored.step}, on with ${restored.rateFactor} times the ` +
      `learning rate and without that batch: ${file}`,
  );
}

function stopped(training: Training, { step, problem, rate }: Divergence, file: string) {
  const { skippedInARow, rollbacks } = training.progress;
  const tried = [
    ...(skippedInARow > 0 ? [`${skippedInARow} steps before it were skipped`] : []),
    ...(rollbacks > 0 ? [`it had been rolled back ${rollbacks} times`] : []),
  ];
  return new PipelineError(`training diverged: ${problem}`, {
    where: `train, step ${step + 1}, learning rate ${rate.toPrecision(3)}`,
    expected: "finite losses, gradients and parameters, and no jump of the loss",
    got: [problem, ...tried].join("; "),
    hint: `lower learningRate, raise warmupSteps or lower optimiser.clipNorm; the batch is kept in ${file}`,
  });
}
