import { folder, rowTable } from "../../engine/index.ts";

/** `model.safetensors` with Hugging Face's AlbertForPreTraining names, `config.json`, and the tokenizer's files. */
export const checkpoint = folder();

/**
 * What it takes to train on: `optimiser.safetensors` with the moments, `progress.json`, and `history.jsonl` with the
 * rows of the tables so far.
 */
export const optimiser = folder();

/** The model that was best on the held-out sample, as `checkpoint`; the last one where none was measured before. */
export const best = folder();

/** The newest models that were saved on schedule, each as `checkpoint` in a folder `step-00001000`. */
export const checkpoints = folder();

/** The curve and the trust ratios for TensorBoard, which shows the runs `train` and `heldout`; its clock is the step. */
export const tensorboard = folder();

/** The training curve: training rows at intervals, held-out rows at fewer. Nothing is measured of an order unasked. */
export const curve = rowTable({
  step: "int32",
  split: "utf8",
  /** Passes over the training examples so far. */
  epochs: "float64",
  masked_lm_loss: "float64",
  masked_lm_accuracy: "float64",
  sentence_order_loss: "float64?",
  sentence_order_accuracy: "float64?",
  learning_rate: "float64?",
  gradient_norm: "float64?",
  /** How often the training had been rolled back: rows of a step may repeat, and the last is the model's. */
  rollbacks: "int32",
});

/** LAMB's trust ratio of every tensor that has one, at the curve's training rows. */
export const trustRatios = rowTable({ step: "int32", tensor: "utf8", ratio: "float64" });

/** Every example of every batch whose update would have spoilt the parameters, and was not made. */
export const divergences = rowTable({
  step: "int32",
  /** What was found, such as `gradient_norm is NaN`. */
  problem: "utf8",
  /** `skipped`, `rolled-back` or `stopped`. */
  action: "utf8",
  learning_rate: "float64",
  document_key: "utf8",
  b_document_key: "utf8",
  pass: "int32",
  chunk: "int32",
  /** The pieces as the model was given them, with blanks between. */
  pieces: "utf8",
});

/** One row: what the training took, measured. It is not the same twice, and is read by nothing but comparisons. */
export const costs = rowTable({
  /** `done`, or `diverged` where the training ended before its last step. */
  outcome: "utf8",
  /** What had diverged, such as `gradient_norm is NaN`. */
  problem: "utf8?",
  /** Of model and heads. */
  parameters: "float64",
  /** Steps that the model has seen. */
  steps: "int32",
  /** From reading the examples to the last measurement, over all runs in which it was worked on. */
  seconds: "float64",
  /** The same of all processors together, of which a busy machine makes less than of `seconds`. */
  cpu_seconds: "float64",
  /** The most that the whole process had in memory. */
  memory_bytes: "float64",
});

/** One row: what a training will take, before it begins. */
export const estimate = rowTable({
  /** Of model and heads. */
  parameters: "float64",
  /** What the process had in memory before anything of the model. */
  process_bytes: "float64",
  weight_bytes: "float64",
  gradient_bytes: "float64",
  moment_bytes: "float64",
  /** What an update makes besides. */
  update_bytes: "float64",
  /** What one layer keeps for its gradients, and all of them. */
  layer_bytes: "float64",
  activation_bytes: "float64",
  logit_bytes: "float64",
  /** All of the process. */
  memory_bytes: "float64",
  /** Floating-point operations of a step's matrix products, in the mean where batches have several lengths. */
  step_flops: "float64",
  steps: "int32",
  /** Passes over the training examples. */
  epochs: "float64",
  /** Measured over a few seconds. */
  step_seconds: "float64",
  /** The whole training, held-out measurements included. */
  seconds: "float64",
  /** The same of all processors together. */
  cpu_seconds: "float64",
});

/** One row a number that says how good something is, beside the baseline that it must beat. */
export const scores = rowTable({
  task: "utf8",
  metric: "utf8",
  split: "utf8",
  value: "float64",
  baseline: "float64?",
  /** What the baseline is, e.g. `unigram`, `majority`. */
  baseline_name: "utf8?",
  /** `higher` or `lower`. */
  better: "utf8",
  examples: "int32",
  /** Which of several runs it is, where there may be several. */
  seed: "int32?",
});
