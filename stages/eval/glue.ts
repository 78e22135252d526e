import { EXIT, PipelineError, suggest } from "../../engine/index.ts";
import { type Task, type TaskInput, task } from "./task.ts";

type Definition = Omit<TaskInput, "name">;

/** GLUE's tasks in the order of the papers' tables. */
export const GLUE_TASKS = [
  "MNLI",
  "QNLI",
  "QQP",
  "RTE",
  "SST-2",
  "MRPC",
  "CoLA",
  "STS-B",
  "WNLI",
] as const;

export type GlueTask = (typeof GLUE_TASKS)[number];

const testFile: TaskInput["test"] = { test: { file: "test.tsv", id: "index" } };
const entailment = ["entailment", "not_entailment"];

/**
 * The nine tasks as the official files have them: labels in the order of google-research/albert
 * (classifier_utils.py), metrics as GLUE's board counts them, rows as Wang et al. published them.
 */
const OFFICIAL: Readonly<Record<GlueTask, Definition>> = {
  CoLA: {
    texts: [3],
    label: 1,
    labels: ["0", "1"],
    metrics: ["matthews"],
    header: false,
    test: { test: { file: "test.tsv", texts: ["sentence"], id: "index", header: true } },
    rows: { train: 8551, dev: 1043, test: 1063 },
  },
  "SST-2": {
    texts: ["sentence"],
    label: "label",
    labels: ["0", "1"],
    metrics: ["accuracy"],
    test: testFile,
    rows: { train: 67349, dev: 872, test: 1821 },
  },
  MRPC: {
    texts: ["#1 String", "#2 String"],
    label: "Quality",
    labels: ["0", "1"],
    metrics: ["f1", "accuracy"],
    test: testFile,
    rows: { train: 3668, dev: 408, test: 1725 },
  },
  "STS-B": {
    texts: ["sentence1", "sentence2"],
    label: "score",
    labels: "score",
    metrics: ["pearson", "spearman"],
    test: testFile,
    rows: { train: 5749, dev: 1500, test: 1379 },
  },
  QQP: {
    texts: ["question1", "question2"],
    label: "is_duplicate",
    labels: ["0", "1"],
    metrics: ["f1", "accuracy"],
    skipBrokenLines: true,
    test: { test: { file: "test.tsv", id: "id" } },
    rows: { train: 363846, dev: 40430, test: 390965 },
  },
  MNLI: {
    texts: ["sentence1", "sentence2"],
    label: "gold_label",
    labels: ["contradiction", "entailment", "neutral"],
    metrics: ["accuracy"],
    dev: { dev_matched: "dev_matched.tsv", dev_mismatched: "dev_mismatched.tsv" },
    test: {
      test_matched: { file: "test_matched.tsv", id: "index" },
      test_mismatched: { file: "test_mismatched.tsv", id: "index" },
    },
    rows: {
      train: 392702,
      dev_matched: 9815,
      dev_mismatched: 9832,
      test_matched: 9796,
      test_mismatched: 9847,
      ax: 1104,
    },
  },
  QNLI: {
    texts: ["question", "sentence"],
    label: "label",
    labels: entailment,
    metrics: ["accuracy"],
    test: testFile,
    rows: { train: 104743, dev: 5463, test: 5463 },
  },
  RTE: {
    texts: ["sentence1", "sentence2"],
    label: "label",
    labels: entailment,
    metrics: ["accuracy"],
    test: testFile,
    rows: { train: 2490, dev: 277, test: 3000 },
  },
  WNLI: {
    texts: ["sentence1", "sentence2"],
    label: "label",
    labels: ["0", "1"],
    metrics: ["accuracy"],
    test: testFile,
    rows: { train: 635, dev: 71, test: 146 },
  },
};

/**
 * The diagnostic set AX, which MNLI's model predicts: by the names of its files (official, by its older name, and as
 * Hugging Face's datasets export it), what stands where in them.
 */
export const AX_SPLIT: Readonly<Record<string, { texts: [string, string]; id: string }>> = {
  "AX.tsv": { texts: ["sentence1", "sentence2"], id: "index" },
  "diagnostic.tsv": { texts: ["sentence1", "sentence2"], id: "index" },
  "test-*.parquet": { texts: ["premise", "hypothesis"], id: "idx" },
  "test.jsonl": { texts: ["premise", "hypothesis"], id: "idx" },
};

/**
 * What differs where Hugging Face's datasets exported them: `labelNumbers` by its ClassLabels, which for MNLI, MRPC
 * and others are not GLUE's own (dataset card nyu-mll/glue).
 */
const HUGGING_FACE: Readonly<Record<GlueTask, Pick<Definition, "texts" | "labelNumbers">>> = {
  CoLA: { texts: ["sentence"], labelNumbers: ["unacceptable", "acceptable"] },
  "SST-2": { texts: ["sentence"], labelNumbers: ["negative", "positive"] },
  MRPC: { texts: ["sentence1", "sentence2"], labelNumbers: ["not_equivalent", "equivalent"] },
  "STS-B": { texts: ["sentence1", "sentence2"] },
  QQP: { texts: ["question1", "question2"], labelNumbers: ["not_duplicate", "duplicate"] },
  MNLI: {
    texts: ["premise", "hypothesis"],
    labelNumbers: ["entailment", "neutral", "contradiction"],
  },
  QNLI: { texts: ["question", "sentence"], labelNumbers: entailment },
  RTE: { texts: ["sentence1", "sentence2"], labelNumbers: entailment },
  WNLI: { texts: ["sentence1", "sentence2"], labelNumbers: ["not_entailment", "entailment"] },
};

/**
 * One of GLUE's tasks, as its official files have it; `overrides` for files that are named or laid out otherwise.
 * Throws a PipelineError that names the nearest task for one that is none.
 */
export function glueTask(name: GlueTask, overrides: Partial<TaskInput> = {}): Task {
  return task({ name, ...definitionOf(name, OFFICIAL), ...overrides });
}

/**
 * One of GLUE's tasks, as Hugging Face's datasets export it, to Parquet (`train-00000-of-00001.parquet`) or, with
 * `format` `jsonl`, to JSON lines (`train.jsonl`, `validation.jsonl`, …).
 */
export function huggingFaceGlueTask(
  name: GlueTask,
  overrides: Partial<TaskInput> & { readonly format?: "parquet" | "jsonl" } = {},
): Task {
  const official = definitionOf(name, OFFICIAL);
  const exported = definitionOf(name, HUGGING_FACE);
  const fileOf = (split: string) =>
    overrides.format === "jsonl" ? `${split}.jsonl` : `${split}-*.parquet`;
  const kinds = name === "MNLI" ? ["_matched", "_mismatched"] : [""];
  return task({
    name,
    labels: official.labels,
    metrics: official.metrics,
    label: "label",
    ...(official.labels !== "score" && { synonyms: synonymsOf(official.labels, exported) }),
    train: fileOf("train"),
    dev: Object.fromEntries(kinds.map((kind) => [`dev${kind}`, fileOf(`validation${kind}`)])),
    test: Object.fromEntries(
      kinds.map((kind) => [`test${kind}`, { file: fileOf(`test${kind}`), id: "idx" }]),
    ),
    rows: official.rows,
    ...exported,
    ...overrides,
  });
}

/** Where the official labels are the numbers 0 and 1, the exported names stand for these in their order. */
function synonymsOf(
  labels: readonly string[],
  { labelNumbers = [] }: Pick<Definition, "labelNumbers">,
): Record<string, string> {
  const others = labelNumbers.filter((name) => !labels.includes(name));
  return Object.fromEntries(others.map((name) => [name, String(labelNumbers.indexOf(name))]));
}

function definitionOf<D>(name: GlueTask, definitions: Readonly<Record<GlueTask, D>>): D {
  if (Object.hasOwn(definitions, name)) return definitions[name];
  throw new PipelineError(`GLUE has no task ${JSON.stringify(name)}`, {
    where: "glueTask",
    expected: GLUE_TASKS.join(", "),
    got: String(name),
    hint: suggest(String(name), GLUE_TASKS),
    exitCode: EXIT.usage,
  });
}
