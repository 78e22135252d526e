import type { Schedule } from "../../model/schedule.ts";
import type { EvalParams } from "./params.ts";

/** How long a fine-tuning is and when it is scored. */
export interface FineTuningPlan {
  readonly schedule: Schedule;
  readonly numTrainSteps: number;
  /** Undefined where nothing is scored before the end. */
  readonly evaluateEverySteps: number | undefined;
}

const MOST_EVALUATIONS = 20;

/** What the parameters say of so many training examples. */
export function planFineTuning(params: EvalParams, examples: number): FineTuningPlan {
  const stepsPerEpoch = Math.ceil(examples / params.trainBatchSize);
  const numTrainSteps =
    params.numTrainSteps ?? Math.max(1, Math.round(params.numTrainEpochs * stepsPerEpoch));
  const warmupSteps = params.warmupSteps ?? Math.round(params.warmupProportion * numTrainSteps);
  const { learningRate, decay } = params;
  const scored = params.keep === "best" || params.patience !== undefined;
  const often = Math.max(stepsPerEpoch, Math.ceil(numTrainSteps / MOST_EVALUATIONS));
  return {
    schedule: { learningRate, warmupSteps, numTrainSteps, decay },
    numTrainSteps,
    evaluateEverySteps: params.evaluateEverySteps ?? (scored ? often : undefined),
  };
}
