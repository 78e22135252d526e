import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Backend } from "../../backend/backend.ts";
import { onnxBackend } from "../../backend/onnx/index.ts";
import { PipelineError, type Row, viewBatch } from "../../engine/index.ts";
import { RandomStream } from "../../lib/random.ts";
import { openEncoder } from "../../lib/tokenizer/encoder.ts";
import { writeCheckpoint } from "../../model/checkpoint.ts";
import { type AlbertConfig, albert } from "../../model/config.ts";
import { initialParameters } from "../../model/initial-parameters.ts";
import { pretrainingParameters } from "../../model/parameters.ts";
import { readSafetensors } from "../../model/safetensors.ts";
import { params, type ReadingParams } from "../../stages/eval/reading/params.ts";
import { readAndAnswer } from "../../stages/eval/reading/run.ts";
import { spanAnswers } from "../../stages/eval/reading/span-answers.ts";
import { spanWindows } from "../../stages/eval/reading/span-features.ts";
import { answers, type curve } from "../../stages/eval/tables.ts";
import { SPECIAL_PIECES, wordPieces } from "../rig/tokenizers.ts";

const words = Array.from({ length: 20 }, (_, index) => `w${index}`);
const definition = wordPieces([...SPECIAL_PIECES, ...words, "mark"]);
const config: AlbertConfig = {
  ...albert("mini", { hiddenSize: 32, embeddingSize: 16, intermediateSize: 64 }),
  maxPositionEmbeddings: 64,
  // Wide enough for a model that was never pretrained to learn from.
  initializerRange: 0.2,
  vocabSize: definition.pieces.length,
};

/** A passage of words, of which the one after `mark` is the answer; without a mark there is none. */
function squad(count: number, seed: number, unanswerable = 0): string {
  const random = new RandomStream(seed, "toy");
  const word = () => words[random.below(words.length)]!;
  const paragraphs = Array.from({ length: count }, (_, index) => {
    const passage = Array.from({ length: 8 }, word);
    const none = random.below(100) < unanswerable;
    const at = random.below(7);
    if (!none) passage[at] = "mark";
    const start = passage.slice(0, at + 1).join(" ").length + 1;
    const given = none ? [] : [{ text: passage[at + 1]!, answer_start: start }];
    const qas = [{ id: `${seed}-${index}`, question: word(), answers: given, is_impossible: none }];
    return { context: passage.join(" "), qas };
  });
  return JSON.stringify({ version: "2.0", data: [{ title: "toy", paragraphs }] });
}

/** The option that stands in the passage is right. */
function race(count: number, seed: number): string {
  const random = new RandomStream(seed, "toy race");
  return Array.from({ length: count }, (_, index) => {
    const answer = random.below(3);
    const options = [0, 1, 2].map((option) =>
      option === answer ? "mark" : words[random.below(20)]!,
    );
    return JSON.stringify({
      id: `${index}`,
      article: words[random.below(20)],
      questions: ["w1 _"],
      options: [options],
      answers: ["ABC"[answer]],
    });
  }).join("\n");
}

let folder: string;
let backend: Backend;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "reading-"));
  backend = await onnxBackend({ threads: 1 });
  await writeCheckpoint(folder, {
    config,
    parameters: initialParameters(pretrainingParameters(config), config, 7),
    tokenizer: definition,
  });
});
afterAll(async () => {
  await backend.dispose();
  await rm(folder, { recursive: true });
});

async function run(
  given: Partial<ReadingParams> & Pick<ReadingParams, "dataset" | "train" | "dev">,
  { from = folder, saved = folder }: { readonly from?: string; readonly saved?: string } = {},
) {
  const context = {
    params: params.parse({
      maxSeqLength: 24,
      trainBatchSize: 16,
      learningRate: 3e-3,
      numTrainSteps: 300,
      ...given,
    }),
    seed: 42,
    signal: new AbortController().signal,
    folder: () => saved,
    progress: () => {},
    metric: () => {},
    log: () => {},
  };
  const inputs = { checkpoint: { path: from }, data: { path: folder } };
  const scores: { metric: string; value: number; baseline: number | null; examples: number }[] = [];
  const rows: { id: string; prediction: string; exact: number }[] = [];
  const curves: Row<typeof curve.columns>[] = [];
  for await (const yielded of readAndAnswer(inputs, context, backend)) {
    if (yielded.curve !== undefined) curves.push(yielded.curve);
    if (yielded.answers === undefined) continue;
    scores.push(...yielded.scores);
    const view = viewBatch(answers, yielded.answers);
    for (let row = 0; row < yielded.answers.numRows; row++)
      rows.push({
        id: view.id.get(row),
        prediction: view.prediction.get(row),
        exact: view.exact[row]!,
      });
  }
  return { scores, rows, curve: curves };
}

describe("reading with a tiny model", { timeout: 120_000 }, () => {
  test("SQuAD 2.0: finds the word after the mark, and says where there is none", async () => {
    await writeFile(join(folder, "train.json"), squad(400, 1, 30));
    await writeFile(join(folder, "dev.json"), squad(100, 2, 30));
    const files = { dataset: "squad-2.0", train: "train.json", dev: { dev: "dev.json" } } as const;
    const saved = join(folder, "squad");
    await mkdir(saved);
    const best = { keep: "best", evaluateEverySteps: 100, saveCheckpoint: true } as const;
    const { scores, rows, curve } = await run({ ...files, ...best }, { saved });
    expect(scores.map(({ metric, examples }) => [metric, examples])).toEqual([
      ["f1", 100],
      ["exact", 100],
    ]);
    const exact = rows.reduce((sum, row) => sum + row.exact, 0) / rows.length;
    expect(scores[1]!.value).toBeCloseTo(exact, 6);
    expect(exact).toBeGreaterThan(scores[1]!.baseline! + 0.2);
    expect(rows.some(({ prediction }) => prediction === "")).toBe(true);

    expect(curve.filter(({ metric }) => metric === "loss").length).toBe(150);
    const measured = curve.filter(({ split }) => split === "dev");
    expect(measured.map(({ step, metric }) => [step, metric])).toEqual([
      [100, "f1"],
      [200, "f1"],
      [300, "f1"],
    ]);
    expect(scores[0]!.value).toBe(Math.max(...measured.map(({ value }) => value)));

    const json = JSON.parse(await readFile(join(saved, "config.json"), "utf8"));
    expect(json.architectures).toEqual(["AlbertForQuestionAnswering"]);
    const tensors = await readSafetensors(join(saved, "model.safetensors"));
    expect(tensors.get("qa_outputs.weight")!.shape).toEqual([2, 32]);
    // Another fine-tuning may start from it: the pooler that a span's model has no use for is there.
    const choice = { dataset: "race", train: "train-high.jsonl" } as const;
    await writeFile(join(folder, "train-high.jsonl"), race(20, 1));
    const after = { ...choice, dev: { dev: "train-high.jsonl" }, numTrainSteps: 1 };
    expect((await run(after, { from: saved })).rows).toHaveLength(20);
  });

  test("RACE: chooses the option that it was taught to", async () => {
    await writeFile(join(folder, "train-high.jsonl"), race(300, 1));
    await writeFile(join(folder, "dev-high.jsonl"), race(90, 2));
    const saved = join(folder, "race");
    await mkdir(saved);
    const { scores, rows, curve } = await run(
      {
        dataset: "race",
        train: "train-*.jsonl",
        dev: { dev: "dev-high.jsonl" },
        numTrainSteps: 120,
        evaluateEverySteps: 10,
        patience: 2,
        saveCheckpoint: true,
      },
      { saved },
    );
    expect(scores).toMatchObject([{ metric: "accuracy", baseline: 1 / 3, examples: 90 }]);
    expect(scores[0]!.value).toBeGreaterThan(0.8);
    expect(rows[0]!.id).toBe("0#0");

    const measured = curve.flatMap(({ split, value }) => (split === "dev" ? [value] : []));
    expect(measured.length).toBeLessThan(12);
    expect(measured.length - 1 - measured.indexOf(Math.max(...measured))).toBe(2);
    const json = JSON.parse(await readFile(join(saved, "config.json"), "utf8"));
    expect(json.architectures).toEqual(["AlbertForMultipleChoice"]);
    const tensors = await readSafetensors(join(saved, "model.safetensors"));
    expect(tensors.get("classifier.weight")!.shape).toEqual([1, 32]);
  });

  test("files that are not there are errors before anything is trained", async () => {
    const dev = { dev: "dev.json" };
    const failure = async (train: string) => {
      const error = await run({ dataset: "squad-1.1", train, dev }).catch((thrown) => thrown);
      expect(error).toBeInstanceOf(PipelineError);
      return (error as PipelineError).details.where;
    };
    expect(await failure("none.json")).toBe("none.json");
    expect(await failure("none-*.json")).toBe("none-*.json");
  });
});

describe("windows of a passage", () => {
  const context = words.slice(0, 12).join(" ");
  const start = context.indexOf("w7");
  const question = {
    id: "q",
    title: "",
    context,
    question: "w1 w2",
    answers: [{ text: "w7 w8", start }],
  };
  const options = { maxSeqLength: 11, docStride: 3, maxQueryLength: 8 };

  test("overlap, carry the question, and know their pieces' places", async () => {
    const encoder = await openEncoder(definition);
    const windows = await spanWindows([question], encoder, definition.roles, options);
    const piece = (text: string) => definition.pieces.indexOf(text);
    const { cls, sep } = definition.roles;
    expect([...windows[1]!.ids]).toEqual([
      cls,
      piece("w1"),
      piece("w2"),
      sep,
      ...words.slice(3, 9).map(piece),
      sep,
    ]);
    expect(windows.map(({ ids }) => ids.length)).toEqual([11, 11, 11]);
    const [, second, third] = windows;
    expect(context.slice(second!.starts[0]!, second!.ends[0]!)).toBe("w3");
    // The answer is whole in the second window only where it shows w7 and w8.
    expect(windows[0]!.span).toEqual([0, 0]);
    expect(second!.span).toEqual([8, 9]);
    expect(third!.span).toEqual([5, 6]);
    const shown = windows.flatMap(({ central, starts }) =>
      [...central].flatMap((is, index) => (is === 1 ? [starts[index]!] : [])),
    );
    expect(shown).toHaveLength(12);
    expect(new Set(shown).size).toBe(12);
  });

  test("answers are the best spans in order, or none where that scores higher", async () => {
    const encoder = await openEncoder(definition);
    const windows = await spanWindows([question], encoder, definition.roles, options);
    const logits = windows.map(({ ids }) => ({
      begin: new Float32Array(ids.length),
      end: new Float32Array(ids.length),
    }));
    logits[1]!.begin[6] = 5;
    logits[1]!.end[8] = 4;
    logits[1]!.end[4] = 9;
    const choose = { maxAnswerLength: 3, mayRefuse: true, noAnswerThreshold: 0 };
    expect(spanAnswers([question], windows, logits, choose)).toEqual([
      { text: "w5 w6 w7", score: 9 },
    ]);
    const short = { ...choose, maxAnswerLength: 2 };
    expect(spanAnswers([question], windows, logits, short)[0]!.text).toBe("w5");
    for (const { begin } of logits) begin[0] = 10;
    expect(spanAnswers([question], windows, logits, choose)).toEqual([{ text: "", score: -1 }]);
    const surer = { ...choose, noAnswerThreshold: 2 };
    expect(spanAnswers([question], windows, logits, surer)[0]!.text).toBe("w5 w6 w7");
    const must = { ...choose, mayRefuse: false };
    expect(spanAnswers([question], windows, logits, must)[0]!.text).toBe("w5 w6 w7");
  });
});
