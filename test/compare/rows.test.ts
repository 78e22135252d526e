import { expect, test } from "vitest";
import type { Row } from "../../engine/index.ts";
import { comparisonRow, type Measured, measureRows } from "../../stages/compare/rows.ts";
import type { costs, scores } from "../../stages/train/tables.ts";

const score = (task: string, metric: string, value: number): Row<typeof scores.columns> => ({
  task,
  metric,
  split: "heldout",
  value,
  baseline: task === "masked-lm" ? null : 0.5,
  baseline_name: null,
  better: "higher",
  examples: 100,
  seed: null,
});

const cost = (changes: Partial<Row<typeof costs.columns>> = {}): Row<typeof costs.columns> => ({
  outcome: "done",
  problem: null,
  parameters: 1000,
  steps: 300,
  seconds: 60,
  cpu_seconds: 50,
  memory_bytes: 5e8,
  ...changes,
});

const run = (maskedLm: number, era: number, changes = {}): Measured => ({
  cost: cost(changes),
  pairs: [
    score("sentence-order", "probe accuracy", 0.6),
    score("sentence-order", "head accuracy", 0.5),
    score("masked-lm", "accuracy", maskedLm),
  ],
  tasks: [
    [score("era", "accuracy", era), score("era", "f1", 0)],
    [score("follows", "accuracy", 0.5)],
  ],
});

const estimated = {
  parameters: 1000,
  process_bytes: 3e8,
  weight_bytes: 1e7,
  gradient_bytes: 1e7,
  moment_bytes: 2e7,
  update_bytes: 1e7,
  layer_bytes: 2e7,
  activation_bytes: 8e7,
  logit_bytes: 2e7,
  memory_bytes: 4.9e8,
  step_flops: 1e9,
  steps: 300,
  epochs: 0.5,
  step_seconds: 0.1,
  seconds: 55,
  cpu_seconds: 45,
};

test("a variant's row has medians and ranges over its runs, and what was estimated", () => {
  const runs = [run(0.12, 0.7), run(0.1, 0.5, { seconds: 66 }), run(0.15, 0.6)];
  expect(comparisonRow({ name: "all-e32", paper: 0.801, estimated, runs })).toEqual({
    variant: "all-e32",
    runs: 3,
    note: "",
    parameters: 1000,
    seconds: 60,
    masked_lm_accuracy: 0.12,
    next_sentence_accuracy: null,
    sentence_order_accuracy: 0.6,
    finetuned: 0.55,
    paper: 0.801,
    masked_lm_accuracy_lowest: 0.1,
    masked_lm_accuracy_highest: 0.15,
    next_sentence_accuracy_lowest: null,
    next_sentence_accuracy_highest: null,
    sentence_order_accuracy_lowest: 0.6,
    sentence_order_accuracy_highest: 0.6,
    finetuned_lowest: 0.5,
    finetuned_highest: 0.6,
    steps: 300,
    memory_bytes: 5e8,
    estimated_parameters: 1000,
    estimated_seconds: 55,
    cpu_seconds: 50,
    estimated_cpu_seconds: 45,
    estimated_memory_bytes: 4.9e8,
  });
});

test("a variant that diverged says so", () => {
  const diverged = { outcome: "diverged", problem: "gradient_norm is NaN", steps: 100 };
  const row = (runs: readonly Measured[]) =>
    comparisonRow({ name: "wide", paper: undefined, estimated: undefined, runs });
  expect(row([run(0.1, 0.5, diverged)])).toMatchObject({
    note: "diverged: gradient_norm is NaN; measured as it was after step 100",
    paper: null,
    estimated_seconds: null,
  });
  expect(row([run(0.1, 0.5), run(0.1, 0.5, diverged)])).toMatchObject({
    note: "1 of 2 diverged: gradient_norm is NaN; measured as it was after step 100",
    steps: 300,
  });
});

test("a fine-tuning that diverged says so, and no mean over the other tasks stands for it", () => {
  const spoilt = { ...run(0.1, 0.5), tasks: [[], [score("follows", "accuracy", 0.5)]] };
  const row = (runs: readonly Measured[]) =>
    comparisonRow({ name: "wide", paper: undefined, estimated: undefined, runs });
  expect(row([spoilt])).toMatchObject({
    note: "1 of 2 fine-tunings diverged: no score",
    finetuned: null,
    masked_lm_accuracy: 0.1,
  });
  expect(row([run(0.1, 0.5), spoilt])).toMatchObject({ finetuned: 0.5, finetuned_lowest: 0.5 });
  expect(row([{ ...spoilt, tasks: [[]] }]).note).toBe("fine-tuning diverged: no score");
  const both = { ...spoilt, cost: cost({ outcome: "diverged", problem: "loss is NaN", steps: 9 }) };
  expect(row([both]).note).toBe(
    "diverged: loss is NaN; measured as it was after step 9; 1 of 2 fine-tunings diverged: no score",
  );
});

test("every measure has a row, in the order of the first run", () => {
  const rows = measureRows({
    name: "sop",
    paper: undefined,
    estimated: undefined,
    runs: [run(0.12, 0.7), run(0.1, 0.5)],
  });
  expect(rows.map(({ task, metric, median }) => [task, metric, median])).toEqual([
    ["sentence-order", "probe accuracy", 0.6],
    ["sentence-order", "head accuracy", 0.5],
    ["masked-lm", "accuracy", 0.11],
    ["era", "accuracy", 0.6],
    ["era", "f1", 0],
    ["follows", "accuracy", 0.5],
  ]);
  expect(rows[3]).toMatchObject({ runs: 2, lowest: 0.5, highest: 0.7, baseline: 0.5 });
});
