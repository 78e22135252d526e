import { folder, rowTable, table } from "../../engine/index.ts";

/** A task's files in GLUE's layout: train.tsv, dev.tsv, test.tsv. */
export const data = folder();

/** One row an evaluated example. */
export const predictions = table({
  task: "utf8",
  split: "utf8",
  /** The parameter `seed` of the run. */
  seed: "int32",
  /** The example's number in its file, from 0. */
  index: "int32",
  /** What the file's id column says, else the same number. */
  id: "utf8",
  /** The one text, or both. */
  texts: "list<utf8>",
  /** How many pieces the model was fed, special ones included; words where it is fed words. */
  length: "int32",
  /** Whether the texts were longer than that and were cut. */
  truncated: "bool",
  /** The label as a word; empty where the file has none. */
  label: "utf8",
  prediction: "utf8",
  /** The predicted label's probability; 1 of a regression. */
  probability: "float32",
  /** Every label as a word, in the order of `probabilities`; empty of a regression, as these. */
  classes: "list<utf8>",
  probabilities: "list<float32>",
});

/** How a fine-tuning went: its loss at intervals, and what it reached on a split that was scored meanwhile. */
export const curve = rowTable({
  step: "int32",
  split: "utf8",
  /** `loss`, the mean over the steps since the last such row, or the task's first metric. */
  metric: "utf8",
  value: "float64",
  learning_rate: "float64?",
});

/** The GLUE table: one row a task, metric and split, then the averages. Scores are shares, not per cent. */
export const glueScores = rowTable({
  task: "utf8",
  metric: "utf8",
  split: "utf8",
  /** How many fine-tunings `median`, `lowest` and `highest` are of. */
  runs: "int32",
  median: "float64",
  lowest: "float64",
  highest: "float64",
  /** What always answering the training examples' most frequent label scores. */
  majority: "float64?",
  /** What a linear model of the examples' words scores. */
  bag_of_words: "float64?",
  /** The best single model of the paper on the official dev set, ALBERT-xxlarge. */
  paper: "float64?",
  examples: "int32",
  note: "utf8",
});

/** How many examples of a split are in the pretraining text. */
export const contamination = rowTable({
  task: "utf8",
  split: "utf8",
  /** Words in a row that must be alike. */
  ngram: "int32",
  examples: "int32",
  /** Those long enough to be looked for. */
  checked: "int32",
  contaminated: "int32",
  /** Of those that were looked for, in [0, 1]. */
  share: "float64",
});

/** One row an example that is in the pretraining text. */
export const contaminated = table({
  task: "utf8",
  split: "utf8",
  index: "int32",
  id: "utf8",
  /** The share of the example's runs of words that were found, in (0, 1]. */
  overlap: "float32",
  /** The document in which the first of these was found first, and how it begins there. */
  document_key: "utf8",
  words: "utf8",
});

/** The files that GLUE's site takes, and `submission.zip` with them. */
export const submission = folder();

/** One row a question of SQuAD or RACE, answered. */
export const answers = table({
  dataset: "utf8",
  split: "utf8",
  seed: "int32",
  id: "utf8",
  question: "utf8",
  /** The answer; empty where the passage is taken not to say. */
  prediction: "utf8",
  /** What is right; none where the passage does not say. */
  answers: "list<utf8>",
  /** 1 where the prediction is one of these as the official script compares them, else 0; of RACE whether it is right. */
  exact: "float32",
  f1: "float32",
  /** Of SQuAD the best span's logits less those of no answer, of RACE the chosen option's probability. */
  score: "float32",
});
