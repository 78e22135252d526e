import { reshape, square, sub, type Tensor, tensor1d } from "@tensorflow/tfjs-core";
import type { Program, TensorSpec, TensorSpecs, Tensors } from "../backend/backend.ts";
import { softmaxCrossEntropy } from "../backend/ops.ts";
import { applyProgram, trainingState } from "./apply-program.ts";
import type { AlbertConfig } from "./config.ts";
import {
  type BatchShape,
  type Dropout,
  dropoutFrom,
  encodeAt,
  encodeHidden,
  encoderInputs,
  linear,
  noDropout,
} from "./encoder.ts";
import { gradientProgram } from "./gradient-program.ts";
import { rowMean } from "./heads.ts";
import type { Optimiser } from "./optimiser.ts";
import { classificationParameters, spanParameters } from "./parameters.ts";
import { type TrainingPrograms, usesDropout } from "./pretraining.ts";
import { labelsOf, type ReadingTask, spanLogits } from "./reading-heads.ts";

/** What is predicted for each row: one of several classes, or a number; or what `reading-heads.ts` says. */
export type ClassificationTask =
  | { readonly kind: "classes"; readonly classes: number }
  | { readonly kind: "regression" }
  | ReadingTask;

export interface ClassificationPrograms extends TrainingPrograms {
  /** Returns `logits`: [B, classes], of a regression [B, 1], of a choice [B / options, options], of spans [2 B, T]. */
  readonly predict: Program;
}

const dropoutSeed: TensorSpec = { shape: [], dtype: "int32" };

/**
 * Fine-tuning: a dense layer on the pooled first position, after `classifierDropout`. `gradients` is fed the
 * encoder's inputs, `labels` [B] (int32 classes, or float32 numbers; [B / options] of a choice, [2 B] of spans), `weights` (0 for rows that only fill the
 * batch up) and, where anything is dropped, `dropout_seed`; it returns `loss` (mean cross-entropy, or mean squared
 * error) and `gradient_norm`.
 */
export function classificationPrograms(
  config: AlbertConfig,
  shape: BatchShape,
  task: ClassificationTask,
  classifierDropout: number,
  optimiser: Optimiser,
): ClassificationPrograms {
  const parameters =
    task.kind === "span"
      ? spanParameters(config)
      : classificationParameters(config, task.kind === "classes" ? task.classes : 1);
  const rows = [labelsOf(task, shape)];
  const labelType = task.kind === "regression" ? "float32" : "int32";
  const drops = usesDropout(config) || classifierDropout > 0;
  const inputs: TensorSpecs = {
    ...encoderInputs(shape),
    labels: { shape: rows, dtype: labelType },
    weights: { shape: rows, dtype: "float32" },
    ...(drops ? { dropout_seed: dropoutSeed } : {}),
  };
  const logits = (values: Tensors, fed: Tensors, drop: Dropout): Tensor => {
    if (task.kind === "span") {
      const hidden = encodeHidden(values, fed, config, drop);
      return spanLogits(values, hidden, fed["attention_mask"]!);
    }
    const { pooled } = encodeAt(values, fed, tensor1d([], "int32"), config, drop);
    const single = linear(drop(pooled, classifierDropout), values, "classifier");
    return task.kind === "choice" ? reshape(single, [rows[0]!, task.options]) : single;
  };
  return {
    parameters,
    state: trainingState(parameters),
    gradients: gradientProgram("classification-gradients", parameters, inputs, (values, fed) => {
      const drop = drops ? dropoutFrom(fed["dropout_seed"]!) : noDropout;
      const predicted = logits(values, fed, drop);
      const losses =
        task.kind === "regression"
          ? square(sub(reshape(predicted, rows), fed["labels"]!))
          : softmaxCrossEntropy(predicted, fed["labels"]!);
      const loss = rowMean(losses, fed["weights"]!);
      return { loss, outputs: { loss } };
    }),
    apply: applyProgram(parameters, optimiser),
    predict: {
      name: "classification-predict",
      state: parameters,
      inputs: encoderInputs(shape),
      run: (values, fed) => ({ outputs: { logits: logits(values, fed, noDropout) } }),
    },
  };
}
