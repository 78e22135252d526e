import { folder, rowTable } from "../../engine/index.ts";

/** `model.safetensors` with Hugging Face's AlbertForPreTraining names, `config.json`, and the tokenizer's files. */
export const checkpoint = folder();

/** The training curve: training rows at intervals, held-out rows at fewer. Nothing is measured of an order unasked. */
export const curve = rowTable({
  step: "int32",
  split: "utf8",
  masked_lm_loss: "float64",
  masked_lm_accuracy: "float64",
  sentence_order_loss: "float64?",
  sentence_order_accuracy: "float64?",
  learning_rate: "float64?",
  gradient_norm: "float64?",
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
