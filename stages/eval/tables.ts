import { folder, table } from "../../engine/index.ts";

/** A task's files in GLUE's layout: train.tsv, dev.tsv, test.tsv. */
export const data = folder();

/** One row an evaluated example. */
export const predictions = table({
  task: "utf8",
  split: "utf8",
  /** The example's index in its file, from 0. */
  index: "int32",
  /** The label as a word; empty where the file has none. */
  label: "utf8",
  prediction: "utf8",
  /** The predicted label's probability. */
  probability: "float32",
});
