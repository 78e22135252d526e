import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { makeBatch, type PipelineError, utf8Data } from "../../engine/index.ts";
import { glueTask } from "../../stages/eval/glue.ts";
import { SUBMISSION_FILES, submissionText } from "../../stages/eval/submission/files.ts";
import type { SubmissionParams } from "../../stages/eval/submission/index.ts";
import { writeSubmission } from "../../stages/eval/submission/write.ts";
import { predictions } from "../../stages/eval/tables.ts";
import { expansionLimitsSchema, openMembers } from "../../stages/ingest/open/index.ts";
import { tempFolder } from "../rig/temp-folder.ts";

/** What GLUE's site counts, the header included. */
const LINES: Readonly<Record<string, number>> = {
  "AX.tsv": 1105,
  "CoLA.tsv": 1064,
  "MNLI-m.tsv": 9797,
  "MNLI-mm.tsv": 9848,
  "MRPC.tsv": 1726,
  "QNLI.tsv": 5464,
  "QQP.tsv": 390966,
  "RTE.tsv": 3001,
  "SST-2.tsv": 1822,
  "STS-B.tsv": 1380,
  "WNLI.tsv": 147,
};
const WORDS: Readonly<Record<string, RegExp>> = {
  "AX.tsv": /^(entailment|neutral|contradiction)$/,
  "CoLA.tsv": /^[01]$/,
  "MNLI-m.tsv": /^(entailment|neutral|contradiction)$/,
  "MNLI-mm.tsv": /^(entailment|neutral|contradiction)$/,
  "MRPC.tsv": /^[01]$/,
  "QNLI.tsv": /^(entailment|not_entailment)$/,
  "QQP.tsv": /^[01]$/,
  "RTE.tsv": /^(entailment|not_entailment)$/,
  "SST-2.tsv": /^[01]$/,
  "STS-B.tsv": /^[0-5]\.\d{3}$/,
  "WNLI.tsv": /^[01]$/,
};

/** A split's predictions from the last example to the first, each label in turn. */
function batchOf(task: (typeof SUBMISSION_FILES)[number]["task"], split: string, rows: number) {
  const { labels } = glueTask(task);
  const indices = Array.from({ length: rows }, (_, row) => rows - 1 - row);
  const none = { offsets: new Int32Array(rows + 1), values: utf8Data([]) };
  return makeBatch(predictions, {
    task: indices.map(() => task),
    split: indices.map(() => split),
    seed: indices.map(() => 0),
    index: indices,
    id: indices.map(String),
    texts: none,
    length: indices.map(() => 3),
    truncated: indices.map(() => false),
    label: indices.map(() => ""),
    prediction: indices.map((index) =>
      labels === "score" ? String(Math.fround(index / 200 - 1)) : labels[index % labels.length]!,
    ),
    probability: indices.map(() => 1),
    classes: none,
    probabilities: { offsets: new Int32Array(rows + 1), values: new Float32Array(0) },
  });
}

function inputOf(task: (typeof SUBMISSION_FILES)[number]["task"]) {
  const files = SUBMISSION_FILES.filter((file) => file.task === task);
  return {
    columns: predictions.columns,
    rows: 0,
    parts: [],
    batches: async function* () {
      yield batchOf(task, "dev", 3);
      for (const { split, rows } of files) yield batchOf(task, split, rows);
    },
  };
}

const said: string[] = [];
const context = (params: Partial<SubmissionParams> = {}) => ({
  params: { partial: false, ...params },
  progress: () => {},
  log: (_level: string, message: string) => void said.push(message),
});
const TASKS = [...new Set(SUBMISSION_FILES.map(({ task }) => task))];

describe("the submission", () => {
  test("is eleven files as GLUE's site takes them, zipped", { timeout: 60_000 }, async () => {
    const folder = await tempFolder();
    await writeSubmission(TASKS.map(inputOf), folder, context());
    const names = Object.keys(LINES).toSorted();
    expect((await readdir(folder)).toSorted()).toEqual([...names, "submission.zip"].toSorted());
    const path = join(folder, "submission.zip");
    const limits = expansionLimitsSchema.parse({});
    const zipped: string[] = [];
    for await (const { name, bytes } of openMembers({ path, name: "submission.zip" }, { limits })) {
      const pieces: Uint8Array[] = [];
      for await (const piece of bytes) pieces.push(piece);
      const text = Buffer.concat(pieces).toString("utf8");
      expect(text).toBe(await readFile(join(folder, name), "utf8"));
      const [header, ...rest] = text.split("\n");
      expect([name, header, rest.pop()]).toEqual([name, "index\tprediction", ""]);
      expect([name, rest.length + 1]).toEqual([name, LINES[name]]);
      const bad = rest.findIndex((line, index) => {
        const [id, answer, ...more] = line.split("\t");
        return id !== `${index}` || !WORDS[name]!.test(answer!) || more.length > 0;
      });
      expect([name, bad]).toEqual([name, -1]);
      zipped.push(name);
    }
    expect(zipped).toEqual(names);
  });

  test("of some tasks only is partial, which has to be said", async () => {
    const folder = await tempFolder();
    const some = [inputOf("RTE"), inputOf("WNLI")];
    await expect(writeSubmission(some, folder, context())).rejects.toThrow("AX.tsv would not have");
    await writeSubmission(some, folder, context({ partial: true, seed: 0 }));
    expect(await readdir(folder)).toEqual(["RTE.tsv", "WNLI.tsv", "submission.zip"]);
    expect(said).toContain("no prediction for CoLA.tsv (CoLA, test): left out");
    const none = writeSubmission(some, folder, context({ partial: true, seed: 1 }));
    await expect(none).rejects.toThrow("nothing to submit");
    const twice = [...some, inputOf("RTE")];
    await expect(writeSubmission(twice, folder, context({ partial: true }))).rejects.toThrow(
      "as many lines",
    );
  });

  test("each label keeps its word and its index", () => {
    const cola = SUBMISSION_FILES.find(({ file }) => file === "MNLI-m.tsv")!;
    const said = ["neutral", "entailment", "contradiction"];
    const text = submissionText(
      { ...cola, rows: 3 },
      [2, 0, 1].map((index) => ({ id: `${index}`, prediction: said[index]! })),
    );
    expect(text).toBe("index\tprediction\n0\tneutral\n1\tentailment\n2\tcontradiction\n");
  });
});

describe("what GLUE would refuse", () => {
  const rte = { ...SUBMISSION_FILES.find(({ file }) => file === "RTE.tsv")!, rows: 2 };
  const stsb = { ...SUBMISSION_FILES.find(({ file }) => file === "STS-B.tsv")!, rows: 3 };
  const failure = (file: typeof rte, rows: [id: string, prediction: string][]) => {
    try {
      submissionText(
        file,
        rows.map(([id, prediction]) => ({ id, prediction })),
      );
    } catch (error) {
      return (error as PipelineError).details;
    }
    return expect.unreachable("it was accepted");
  };

  test("too few lines, no lines", () => {
    expect(failure(rte, [["0", "entailment"]])).toMatchObject({
      where: "RTE.tsv: RTE, test",
      expected: "2 predictions",
      got: "1",
    });
    expect(failure(rte, []).hint).toContain("under test");
  });

  test("an index twice, one that is not there, one that is no number", () => {
    const with1 = (id: string) =>
      failure(rte, [
        ["0", "entailment"],
        [id, "entailment"],
      ]).got;
    expect(with1("0")).toBe('"0" twice');
    expect(with1("2")).toBe('"2"');
    expect(with1("01")).toBe('"01"');
  });

  test("a class's number, another task's word, a score that is none", () => {
    expect(
      failure(rte, [
        ["0", "entailment"],
        ["1", "1"],
      ]),
    ).toMatchObject({
      expected: "entailment, not_entailment",
      got: '"1"',
    });
    expect(
      failure(stsb, [
        ["0", "1"],
        ["1", "NaN"],
        ["2", "3"],
      ]).got,
    ).toBe('"NaN"');
  });

  test("scores are clipped to those that there are", () => {
    const rows = [
      ["0", "-0.3"],
      ["1", "5.7"],
      ["2", "3.14159"],
    ].map(([id, prediction]) => ({
      id: id!,
      prediction: prediction!,
    }));
    expect(submissionText(stsb, rows)).toBe("index\tprediction\n0\t0.000\n1\t5.000\n2\t3.142\n");
  });
});
