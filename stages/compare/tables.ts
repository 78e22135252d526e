import { rowTable } from "../../engine/index.ts";

/**
 * One row a variant of an experiment, in their order: what it takes, as it was estimated and as it was, and what it
 * reaches. Accuracies are shares; `_lowest` and `_highest` are over the variant's runs, beside their median. Nulls stand
 * where no run measured it.
 */
export const comparison = rowTable({
  variant: "utf8",
  /** Trainings with seeds of their own. */
  runs: "int32",
  /** What of them went wrong; empty where nothing did. */
  note: "utf8",
  parameters: "float64",
  /** Of a training, as of `memory_bytes`. */
  seconds: "float64",
  masked_lm_accuracy: "float64?",
  next_sentence_accuracy: "float64?",
  sentence_order_accuracy: "float64?",
  /** The mean over the tasks that were fine-tuned, of each one's first metric; of runs in which none of them diverged. */
  finetuned: "float64?",
  /** The same of the experiment's counterpart in the paper. */
  paper: "float64?",
  masked_lm_accuracy_lowest: "float64?",
  masked_lm_accuracy_highest: "float64?",
  next_sentence_accuracy_lowest: "float64?",
  next_sentence_accuracy_highest: "float64?",
  sentence_order_accuracy_lowest: "float64?",
  sentence_order_accuracy_highest: "float64?",
  finetuned_lowest: "float64?",
  finetuned_highest: "float64?",
  /** Of the longest training. */
  steps: "int32",
  /** The most that the process had in memory. */
  memory_bytes: "float64",
  estimated_parameters: "float64?",
  estimated_seconds: "float64?",
  /** Time of all processors together. */
  cpu_seconds: "float64",
  estimated_cpu_seconds: "float64?",
  estimated_memory_bytes: "float64?",
});

/** One row a variant and measure, of everything that was measured. */
export const measures = rowTable({
  variant: "utf8",
  task: "utf8",
  metric: "utf8",
  split: "utf8",
  runs: "int32",
  median: "float64",
  lowest: "float64",
  highest: "float64",
  baseline: "float64?",
});
