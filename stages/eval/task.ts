import { z } from "zod";
import type { ClassificationTask } from "../../model/classification.ts";
import type { FineTunedTask } from "../../model/classifier-checkpoint.ts";

/** A column by its number from 0, from the last one where negative (-1), or by its name. */
const column = z.union([z.int(), z.string().min(1)]);

export type Column = z.output<typeof column>;

const texts = z.union([z.tuple([column]), z.tuple([column, column])]);
/** A file of the task's folder, or its parts in order: `train-*.parquet`. */
const file = z.string().min(1);

/** A split whose files are laid out otherwise than the task's others. */
const splitFile = z.strictObject({
  file,
  texts: texts.optional(),
  label: column.optional(),
  id: column.optional(),
  header: z.boolean().optional(),
});

const splits = z.record(z.string().min(1), z.union([file, splitFile]));

export const METRIC_NAMES = ["accuracy", "f1", "matthews", "pearson", "spearman"] as const;

/** A classification or regression task on texts or pairs of texts: what stands where in its files. */
export const taskSchema = z
  .strictObject({
    name: z.string().min(1),
    /** The column of the text, or those of both texts of a pair. */
    texts,
    label: column,
    /** The labels as they stand in the files, in the order of their class indices; `score` where each is a number. */
    labels: z.union([z.array(z.string().min(1)).min(2), z.literal("score")]),
    /** Other names of labels, such as those by which Hugging Face's datasets call them. */
    synonyms: z.record(z.string().min(1), z.string().min(1)).default({}),
    /** What the numbers 0, 1, … of the files mean, where they hold numbers without saying so. */
    labelNumbers: z.array(z.string().min(1)).min(2).optional(),
    /** The column that tells examples apart; without it an example's id is its number in the file, from 0. */
    id: column.optional(),
    /** Reported in this order; the first is the task's main one. */
    metrics: z.array(z.enum(METRIC_NAMES)).min(1),
    /** By default what the files' names end in: .tsv (and .txt), .csv, .jsonl (and .json), .parquet. */
    format: z.enum(["tsv", "csv", "jsonl", "parquet"]).optional(),
    /** Whether each file's first line names its columns: TSV and CSV. */
    header: z.boolean().default(true),
    /** Whether lines with too few or too many columns are passed over, as in QQP, and not an error. */
    skipBrokenLines: z.boolean().default(false),
    /** The training file in the task's folder. */
    train: z.union([file, splitFile]).default("train.tsv"),
    /** The evaluated files, by the name of their split. */
    dev: splits.default({ dev: "dev.tsv" }),
    /** Files that are predicted and not scored, by the name of their split: a label column in them is not read. */
    test: splits.default({}),
    /** How many examples splits are known to have: a warning where it is another number. */
    rows: z.record(z.string().min(1), z.int().positive()).default({}),
  })
  .superRefine((task, context) => {
    for (const { path, message } of mistakes(task)) {
      context.addIssue({ code: "custom", path: [path], message });
    }
  });

export type Task = z.output<typeof taskSchema>;

/** What a task may be written as: all that has a default may be left out. */
export type TaskInput = z.input<typeof taskSchema>;

/** A task of one's own. */
export function task(definition: TaskInput): Task {
  return taskSchema.parse(definition);
}

function* mistakes(
  task: Pick<Task, "labels" | "metrics" | "synonyms" | "labelNumbers" | "dev" | "test">,
): Generator<{ readonly path: string; readonly message: string }> {
  const { labels, metrics, synonyms, labelNumbers = [], dev, test } = task;
  const correlations = metrics.filter((metric) => metric === "pearson" || metric === "spearman");
  if (labels === "score") {
    if (correlations.length < metrics.length)
      yield {
        path: "metrics",
        message: "labels that are scores are measured by pearson and spearman",
      };
    return;
  }
  if (correlations.length > 0)
    yield { path: "metrics", message: "pearson and spearman are for labels that are scores" };
  if (metrics.includes("f1") && labels.length !== 2)
    yield {
      path: "metrics",
      message: "f1 is for two labels, of which the second counts as positive",
    };
  if (new Set(labels).size !== labels.length)
    yield { path: "labels", message: "a label stands twice" };
  for (const [other, label] of Object.entries(synonyms)) {
    if (!labels.includes(label))
      yield { path: "synonyms", message: `${other} stands for ${label}, which is no label` };
    if (labels.includes(other)) yield { path: "synonyms", message: `${other} is itself a label` };
  }
  for (const name of labelNumbers) {
    if (!labels.includes(name) && !Object.hasOwn(synonyms, name))
      yield { path: "labelNumbers", message: `${name} is no label` };
  }
  const twice = ["train", ...Object.keys(test)].find((split) => Object.hasOwn(dev, split));
  if (twice !== undefined || Object.hasOwn(test, "train"))
    yield { path: "dev", message: `two splits are called ${twice ?? "train"}` };
}

/** One file, or one set of parts, of a task, and where in it what stands. */
export interface Split {
  readonly name: string;
  readonly role: "train" | "dev" | "test";
  readonly file: string;
  readonly texts: readonly Column[];
  readonly label: Column;
  readonly id: Column | undefined;
  readonly header: boolean;
}

/** All of a task's splits: the training one, the evaluated ones, and those without labels. */
export function splitsOf(task: Task): readonly Split[] {
  const split = (
    role: Split["role"],
    name: string,
    given: z.output<typeof file> | z.output<typeof splitFile>,
  ): Split => {
    const own = typeof given === "string" ? { file: given } : given;
    return {
      name,
      role,
      file: own.file,
      texts: own.texts ?? task.texts,
      label: own.label ?? task.label,
      id: own.id ?? task.id,
      header: own.header ?? task.header,
    };
  };
  return [
    split("train", "train", task.train),
    ...Object.entries(task.dev).map(([name, given]) => split("dev", name, given)),
    ...Object.entries(task.test).map(([name, given]) => split("test", name, given)),
  ];
}

/** How many outputs a classifier has for it: a class each, or the one score. */
export function outputsOf({ labels }: Pick<Task, "labels">): number {
  return labels === "score" ? 1 : labels.length;
}

/** What a classifier learns for it. */
export function classificationTask({ labels }: Pick<Task, "labels">): ClassificationTask {
  return labels === "score" ? { kind: "regression" } : { kind: "classes", classes: labels.length };
}

/** What a model that was fine-tuned for it is kept as. */
export function fineTunedTask({ labels }: Pick<Task, "labels">): FineTunedTask {
  return labels === "score" ? { kind: "regression" } : { kind: "classes", labels };
}
