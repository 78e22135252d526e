import { PipelineError } from "../../../engine/index.ts";
import { type GlueTask, glueTask } from "../glue.ts";

/** One of the files that GLUE's site takes: which split's predictions it holds, and how many. */
export interface SubmissionFile {
  readonly file: string;
  readonly task: GlueTask;
  readonly split: string;
  /** Lines after the header: the examples of the task's official test file. */
  readonly rows: number;
}

/** The eleven files of a submission (gluebenchmark.com/faq). AX is predicted by MNLI's model. */
export const SUBMISSION_FILES: readonly SubmissionFile[] = [
  { file: "AX.tsv", task: "MNLI", split: "ax", rows: 1104 },
  { file: "CoLA.tsv", task: "CoLA", split: "test", rows: 1063 },
  { file: "MNLI-m.tsv", task: "MNLI", split: "test_matched", rows: 9796 },
  { file: "MNLI-mm.tsv", task: "MNLI", split: "test_mismatched", rows: 9847 },
  { file: "MRPC.tsv", task: "MRPC", split: "test", rows: 1725 },
  { file: "QNLI.tsv", task: "QNLI", split: "test", rows: 5463 },
  { file: "QQP.tsv", task: "QQP", split: "test", rows: 390965 },
  { file: "RTE.tsv", task: "RTE", split: "test", rows: 3000 },
  { file: "SST-2.tsv", task: "SST-2", split: "test", rows: 1821 },
  { file: "STS-B.tsv", task: "STS-B", split: "test", rows: 1379 },
  { file: "WNLI.tsv", task: "WNLI", split: "test", rows: 146 },
];

/** A predicted example: the id that its test file gives it, and the label's word or the score. */
export interface PredictedExample {
  readonly id: string;
  readonly prediction: string;
}

/** The scores that STS-B knows. */
const [LOWEST, HIGHEST] = [0, 5];

/**
 * A file's content: a header and a line an example, in the order of their indices, words as labels where GLUE has
 * words, scores clipped to those that there are. A PipelineError unless each index from 0 is there once and every
 * prediction is one of the task's.
 */
export function submissionText(
  { file, task, split, rows }: SubmissionFile,
  predicted: readonly PredictedExample[],
): string {
  const where = `${file}: ${task}, ${split}`;
  if (predicted.length !== rows)
    throw new PipelineError(`${file} would not have as many lines as GLUE asks for`, {
      where,
      expected: `${rows} predictions`,
      got: `${predicted.length}`,
      hint:
        predicted.length === 0
          ? `predict the task's official test file: give it the split ${split} under test`
          : "is the test file the official one, whole? Of several runs of a task, name one by seed",
    });
  const { labels } = glueTask(task);
  const lines = new Array<string | undefined>(rows).fill(undefined);
  for (const { id, prediction } of predicted) {
    const index = /^(0|[1-9]\d*)$/.test(id) ? Number(id) : Number.NaN;
    if (!(index < rows) || lines[index] !== undefined)
      throw new PipelineError(`${file} would not have every index once`, {
        where,
        expected: `the indices from 0 to ${rows - 1}`,
        got: `${JSON.stringify(id)}${index < rows ? " twice" : ""}`,
        hint: "is the task's test file the official one, its index column the task's id?",
      });
    lines[index] = `${index}\t${answerOf(prediction, labels, where)}`;
  }
  return ["index\tprediction", ...lines, ""].join("\n");
}

function answerOf(prediction: string, labels: readonly string[] | "score", where: string): string {
  if (labels === "score") {
    const score = prediction.trim() === "" ? Number.NaN : Number(prediction);
    if (Number.isFinite(score)) return Math.min(HIGHEST, Math.max(LOWEST, score)).toFixed(3);
  } else if (labels.includes(prediction)) return prediction;
  throw new PipelineError("a prediction is none that the task knows", {
    where,
    expected: labels === "score" ? "a number" : labels.join(", "),
    got: JSON.stringify(prediction.slice(0, 80)),
  });
}
