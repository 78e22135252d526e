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

/** The parameters of a plan. */
export type PlanParams = Pick<
  EvalParams,
  | "trainBatchSize"
  | "numTrainSteps"
  | "numTrainEpochs"
  | "warmupSteps"
  | "warmupProportion"
  | "learningRate"
  | "decay"
  | "keep"
  | "patience"
  | "evaluateEverySteps"
>;

/** What the parameters say of so many training examples. */
export function planFineTuning(params: PlanParams, examples: number): FineTuningPlan {
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
