import type { Encoder } from "../../../lib/tokenizer/encoder.ts";
import type { RoleIds } from "../../../lib/tokenizer/roles.ts";
import { predictBatches } from "../predict.ts";
import type { Units } from "../units.ts";
import type { ReadingParams } from "./params.ts";
import { type AnsweredFile, type ReadingReader, readFiles, sampled } from "./reader.ts";
import { spanAnswers } from "./span-answers.ts";
import { type SpanWindow, spanWindows } from "./span-features.ts";
import { type Question, readSquad } from "./squad.ts";
import { squad2Scores, squadScores } from "./squad-metrics.ts";

/** SQuAD: of every window of a passage, where an answer begins and ends. */
export async function spanReader(
  folder: string,
  params: ReadingParams,
  encoder: Encoder,
  roles: RoleIds,
  seed: number,
): Promise<ReadingReader> {
  const mayRefuse = params.dataset === "squad-2.0";
  const all = await readFiles(folder, params.train, readSquad);
  const asked = sampled(all, params.maxTrainExamples, seed);
  const windows = await spanWindows(asked, encoder, roles, params);
  // Version 1.1 has an answer to every question: windows without it say nothing there.
  const trained = mayRefuse ? windows : windows.filter(({ span: [, to] }) => to > 0);
  const files = new Map(
    await Promise.all(
      Object.values(params.dev).map(async (file) => {
        const questions = await readFiles(folder, file, readSquad);
        return [
          file,
          { questions, windows: await spanWindows(questions, encoder, roles, params) },
        ] as const;
      }),
    ),
  );
  return {
    task: { kind: "span" },
    rowsOfUnit: 1,
    train: unitsOf(trained),
    features: [trained, ...[...files.values()].map((file) => file.windows)].flat(),
    async answer(file, classifier, feeding, context): Promise<AnsweredFile> {
      const { questions, windows } = files.get(file)!;
      const logits = new Array<{ begin: Float32Array; end: Float32Array }>(windows.length);
      const batch = params.trainBatchSize;
      const units = unitsOf(windows);
      await predictBatches(classifier, units, feeding, context, (chosen, values, length) => {
        for (const [row, unit] of chosen.entries())
          logits[unit] = {
            begin: values.slice(row * length, (row + 1) * length),
            end: values.slice((batch + row) * length, (batch + row + 1) * length),
          };
      });
      const found = spanAnswers(questions, windows, logits, { ...params, mayRefuse });
      return scored(questions, found, mayRefuse);
    },
  };
}

function unitsOf(windows: readonly SpanWindow[]): Units {
  return {
    rows: windows.map((window) => [window]),
    targets(units, batchSize) {
      const labels = new Int32Array(2 * batchSize);
      const weights = new Float32Array(2 * batchSize);
      for (const [row, unit] of units.entries()) {
        const [from, to] = windows[unit]!.span;
        labels[row] = from;
        labels[batchSize + row] = to;
        weights[row] = 1;
        weights[batchSize + row] = 1;
      }
      return { labels, weights };
    },
  };
}

function scored(
  questions: readonly Question[],
  found: readonly { readonly text: string; readonly score: number }[],
  mayRefuse: boolean,
): AnsweredFile {
  const predictions = new Map(questions.map(({ id }, index) => [id, found[index]!.text]));
  const score = (some: readonly Question[]) =>
    mayRefuse ? squad2Scores(some, predictions) : squadScores(some, predictions);
  const whole = score(questions);
  const rows = questions.map((question, index) => {
    const { exact, f1 } = score([question]);
    return {
      id: question.id,
      question: question.question,
      prediction: found[index]!.text,
      right: question.answers.map(({ text }) => text),
      exact: exact / 100,
      f1: f1 / 100,
      score: found[index]!.score,
    };
  });
  // What always refusing scores: the share of questions without an answer.
  const refusing = questions.filter(({ answers }) => answers.length === 0).length / rows.length;
  const baseline = mayRefuse ? { baseline: refusing, baselineName: "no answer" } : {};
  return {
    rows,
    scores: [
      { metric: "f1", value: whole.f1 / 100, ...baseline },
      { metric: "exact", value: whole.exact / 100, ...baseline },
    ],
  };
}
