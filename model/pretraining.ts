import { add, mul, sum } from "@tensorflow/tfjs-core";
import type { Program, TensorSpec, TensorSpecs, Tensors } from "../backend/backend.ts";
import { argMaxEquals, softmaxCrossEntropy } from "../backend/ops.ts";
import { applyProgram, trainingState } from "./apply-program.ts";
import type { AlbertConfig } from "./config.ts";
import {
  type BatchShape,
  type Computation,
  type Dropout,
  dropoutFrom,
  encodeAt,
  encoderInputs,
  noDropout,
} from "./encoder.ts";
import { type GradientOptions, gradientProgram } from "./gradient-program.ts";
import { maskedLmLogits, maskedLmMean, rowMean, sentenceOrderLogits } from "./heads.ts";
import type { Optimiser } from "./optimiser.ts";
import { pretrainingParameters } from "./parameters.ts";

/** A pretraining batch: its rows, their length and how many masked positions it can hold in all. */
export interface PretrainingShape extends BatchShape {
  readonly maskedPositions: number;
}

/** The programs of one training: compile them against one state of `state`. */
export interface TrainingPrograms {
  readonly parameters: TensorSpecs;
  /** Parameters, gradients and moments. */
  readonly state: TensorSpecs;
  readonly gradients: Program;
  readonly apply: Program;
}

export interface PretrainingPrograms extends TrainingPrograms {
  /** Sums over a batch: the losses of its targets, how many were right and how many there are. */
  readonly evaluate: Program;
}

/** The masks and labels of a batch, beside the encoder's inputs. A weight of 0 marks what only fills the batch up. */
function pretrainingInputs(shape: PretrainingShape): TensorSpecs {
  const [rows, targets] = [[shape.batchSize], [shape.maskedPositions]];
  return {
    ...encoderInputs(shape),
    masked_lm_positions: { shape: targets, dtype: "int32" },
    masked_lm_ids: { shape: targets, dtype: "int32" },
    masked_lm_weights: { shape: targets, dtype: "float32" },
    sentence_order_labels: { shape: rows, dtype: "int32" },
    sentence_order_weights: { shape: rows, dtype: "float32" },
  };
}

const integer: TensorSpec = { shape: [], dtype: "int32" };
const scalar: TensorSpec = { shape: [], dtype: "float32" };

/** Whether training draws random numbers, so that its program is fed `dropout_seed`, one int32 a step. */
export function usesDropout(config: AlbertConfig): boolean {
  return config.hiddenDropoutProb > 0 || config.attentionProbsDropoutProb > 0;
}

/**
 * Masked LM and sentence order. `gradients` returns the scalars `masked_lm_loss`, `masked_lm_correct`,
 * `masked_lm_count`, `sentence_order_loss`, `sentence_order_correct`, `sentence_order_count`, `gradient_norm`;
 * `evaluate` the same without the norm, with sums for the two losses. What is differentiated is the sum of the two
 * mean losses, unweighted, as the reference does.
 *
 * With `accumulates` the shape is that of a part of a batch: `gradients` is also fed the whole batch's weights in
 * `masked_lm_total` and `sentence_order_total`, by which the part's losses are divided, so that the parts' losses and
 * gradients add up to the batch's; `kept` (see `gradientProgram`); and `dropout_part`, the part's ordinal, where
 * anything is dropped. `recompute` is the encoder's. `precision` is that of `gradients`, which in float16 is also fed
 * `loss_scale`.
 */
export function pretrainingPrograms(
  config: AlbertConfig,
  shape: PretrainingShape,
  optimiser: Optimiser,
  {
    accumulates = false,
    recompute = false,
    precision = "float32",
  }: GradientOptions & { readonly recompute?: boolean } = {},
): PretrainingPrograms {
  const parameters = pretrainingParameters(config);
  const inputs = pretrainingInputs(shape);
  const drops = usesDropout(config);
  const gradientInputs = {
    ...inputs,
    ...(drops && { dropout_seed: integer }),
    ...(drops && accumulates && { dropout_part: integer }),
    ...(accumulates && { masked_lm_total: scalar, sentence_order_total: scalar }),
  };
  return {
    parameters,
    state: trainingState(parameters),
    gradients: gradientProgram(
      "pretraining-gradients",
      parameters,
      gradientInputs,
      (values, fed) => {
        const drop = drops ? dropoutFrom(fed["dropout_seed"]!, fed["dropout_part"]) : noDropout;
        const { maskedLm, sentenceOrder, counts } = predict(values, fed, config, drop, {
          recompute,
        });
        const [targets, rows] = [fed["masked_lm_weights"]!, fed["sentence_order_weights"]!];
        const masked_lm_loss = maskedLmMean(maskedLm, targets, fed["masked_lm_total"]);
        const sentence_order_loss = rowMean(sentenceOrder, rows, fed["sentence_order_total"]);
        return {
          loss: add(masked_lm_loss, sentence_order_loss),
          outputs: { masked_lm_loss, sentence_order_loss, ...counts },
        };
      },
      { accumulates, precision },
    ),
    apply: applyProgram(parameters, optimiser),
    evaluate: evaluateProgram(config, shape),
  };
}

/**
 * The program `evaluate` of a pretraining. With `firstStates` it also returns the hidden states at the first position of
 * each row, `first_states` [B, H].
 */
export function evaluateProgram(
  config: AlbertConfig,
  shape: PretrainingShape,
  { firstStates = false } = {},
): Program {
  return {
    name: "pretraining-evaluate",
    state: pretrainingParameters(config),
    inputs: pretrainingInputs(shape),
    run(values, fed) {
      const { maskedLm, sentenceOrder, counts, first } = predict(values, fed, config, noDropout);
      return {
        outputs: {
          masked_lm_loss: sum(mul(maskedLm, fed["masked_lm_weights"]!)),
          sentence_order_loss: sum(mul(sentenceOrder, fed["sentence_order_weights"]!)),
          ...counts,
          ...(firstStates && { first_states: first }),
        },
      };
    },
  };
}

/** The loss of every target and the counts that accuracies are made of. */
function predict(
  values: Tensors,
  fed: Tensors,
  config: AlbertConfig,
  drop: Dropout,
  computation?: Computation,
) {
  const { hidden, first, pooled } = encodeAt(
    values,
    fed,
    fed["masked_lm_positions"]!,
    config,
    drop,
    computation,
  );
  const pieces = maskedLmLogits(values, hidden, config);
  const orders = sentenceOrderLogits(values, pooled);
  const [ids, labels] = [fed["masked_lm_ids"]!, fed["sentence_order_labels"]!];
  const [targets, rows] = [fed["masked_lm_weights"]!, fed["sentence_order_weights"]!];
  return {
    first, // [B, H]
    maskedLm: softmaxCrossEntropy(pieces, ids), // [N]
    sentenceOrder: softmaxCrossEntropy(orders, labels), // [B]
    counts: {
      masked_lm_correct: sum(mul(argMaxEquals(pieces, ids), targets)),
      masked_lm_count: sum(targets),
      sentence_order_correct: sum(mul(argMaxEquals(orders, labels), rows)),
      sentence_order_count: sum(rows),
    },
  };
}
