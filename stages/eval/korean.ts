import { EXIT, PipelineError, suggest } from "../../engine/index.ts";
import { type Task, type TaskInput, task } from "./task.ts";

/** As their publishers lay them out: KorNLUDatasets (Ham et al., 2020) and e9t/nsmc. */
const DEFINITIONS = {
  KorSTS: {
    texts: ["sentence1", "sentence2"],
    label: "score",
    labels: "score",
    metrics: ["spearman", "pearson"],
    train: "sts-train.tsv",
    dev: { dev: "sts-dev.tsv", test: "sts-test.tsv" },
    rows: { train: 5749, dev: 1500, test: 1379 },
  },
  KorNLI: {
    texts: ["sentence1", "sentence2"],
    label: "gold_label",
    labels: ["contradiction", "entailment", "neutral"],
    metrics: ["accuracy"],
    // The translations of SNLI and MNLI.
    train: "*train.ko.tsv",
    dev: { dev: "xnli.dev.ko.tsv", test: "xnli.test.ko.tsv" },
    rows: { train: 942854, dev: 2490, test: 5010 },
  },
  NSMC: {
    texts: ["document"],
    label: "label",
    labels: ["0", "1"],
    metrics: ["accuracy"],
    id: "id",
    train: "ratings_train.txt",
    dev: { test: "ratings_test.txt" },
    rows: { train: 150000, test: 50000 },
  },
} satisfies Record<string, Omit<TaskInput, "name">>;

export type KoreanTask = keyof typeof DEFINITIONS;

/** The Korean tasks that are defined here; their test files have labels and are scored. */
export const KOREAN_TASKS = Object.keys(DEFINITIONS) as readonly KoreanTask[];

/**
 * A Korean task: KorSTS (similarity), KorNLI (inference) or NSMC (sentiment of film reviews); `overrides` for files
 * that are named or laid out otherwise. Throws a PipelineError that names the nearest task for one that is none.
 */
export function koreanTask(name: KoreanTask, overrides: Partial<TaskInput> = {}): Task {
  if (!Object.hasOwn(DEFINITIONS, name))
    throw new PipelineError(`there is no Korean task ${JSON.stringify(name)}`, {
      where: "koreanTask",
      expected: KOREAN_TASKS.join(", "),
      got: String(name),
      hint: suggest(String(name), KOREAN_TASKS),
      exitCode: EXIT.usage,
    });
  const definition: Omit<TaskInput, "name"> = DEFINITIONS[name];
  return task({ name, ...definition, ...overrides });
}
