import { z } from "zod";

const column = z.int().min(0);

/** A classification (or regression) task as files of GLUE's kind: lines of tab-separated cells, without quoting. */
export const taskSchema = z
  .strictObject({
    name: z.string().min(1),
    /** The columns, from 0, of the text, or of both texts of a pair. */
    texts: z.union([z.tuple([column]), z.tuple([column, column])]),
    /** The label's column. */
    label: z.union([column, z.literal("last")]),
    /** The labels as they stand in the files, in the order of their class indices; `score` where each is a number. */
    labels: z.union([z.array(z.string().min(1)).min(2), z.literal("score")]),
    /** Reported in this order; the first is the task's main one. */
    metrics: z.array(z.enum(["accuracy", "f1", "matthews", "pearson", "spearman"])).min(1),
    /** Whether each file's first line names its columns. */
    header: z.boolean().default(true),
    /** Whether lines with too few columns are passed over, as in QQP, and not an error. */
    skipShortLines: z.boolean().default(false),
    /** The training file in the task's folder. */
    train: z.string().min(1).default("train.tsv"),
    /** The evaluated files, by the name of their split. */
    dev: z.record(z.string().min(1), z.string().min(1)).default({ dev: "dev.tsv" }),
  })
  .refine(({ labels, metrics }) => labels === "score" || !metrics.some(isCorrelation), {
    path: ["metrics"],
    message: "pearson and spearman are for labels that are scores",
  })
  .refine(({ labels, metrics }) => labels !== "score" || metrics.every(isCorrelation), {
    path: ["metrics"],
    message: "labels that are scores are measured by pearson and spearman",
  })
  .refine(({ labels, metrics }) => !metrics.includes("f1") || labels.length === 2, {
    path: ["metrics"],
    message: "f1 is for two labels, of which the second counts as positive",
  })
  .refine(({ labels }) => labels === "score" || new Set(labels).size === labels.length, {
    path: ["labels"],
    message: "a label stands twice",
  });

function isCorrelation(metric: string): boolean {
  return metric === "pearson" || metric === "spearman";
}

export type Task = z.output<typeof taskSchema>;

/** A task of one's own. */
export function task(definition: z.input<typeof taskSchema>): Task {
  return taskSchema.parse(definition);
}

/** Columns as google-research/albert reads them (classifier_utils.py), labels in its order, metrics as GLUE's board. */
const glue = {
  CoLA: { texts: [3], label: 1, labels: ["0", "1"], metrics: ["matthews"], header: false },
  "SST-2": { texts: [0], label: 1, labels: ["0", "1"], metrics: ["accuracy"] },
  MRPC: { texts: [3, 4], label: 0, labels: ["0", "1"], metrics: ["f1", "accuracy"] },
  "STS-B": { texts: [7, 8], label: "last", labels: "score", metrics: ["pearson", "spearman"] },
  QQP: {
    texts: [3, 4],
    label: 5,
    labels: ["0", "1"],
    metrics: ["f1", "accuracy"],
    skipShortLines: true,
  },
  MNLI: {
    texts: [8, 9],
    label: "last",
    labels: ["contradiction", "entailment", "neutral"],
    metrics: ["accuracy"],
    dev: { dev_matched: "dev_matched.tsv", dev_mismatched: "dev_mismatched.tsv" },
  },
  QNLI: {
    texts: [1, 2],
    label: "last",
    labels: ["entailment", "not_entailment"],
    metrics: ["accuracy"],
  },
  RTE: {
    texts: [1, 2],
    label: "last",
    labels: ["entailment", "not_entailment"],
    metrics: ["accuracy"],
  },
  WNLI: { texts: [1, 2], label: "last", labels: ["0", "1"], metrics: ["accuracy"] },
} satisfies Record<string, Omit<z.input<typeof taskSchema>, "name">>;

export type GlueTask = keyof typeof glue;

/** One of GLUE's tasks, as its official files have it; `overrides` for files that are named or laid out otherwise. */
export function glueTask(
  name: GlueTask,
  overrides: Partial<z.input<typeof taskSchema>> = {},
): Task {
  return task({ name, ...(glue[name] as Omit<z.input<typeof taskSchema>, "name">), ...overrides });
}
