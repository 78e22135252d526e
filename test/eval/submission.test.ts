import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { definePipeline, makeBatch, type PipelineError, utf8Data } from "../../engine/index.ts";
import { taskBaseline } from "../../stages/eval/baseline/index.ts";
import { findGlue } from "../../stages/eval/find-glue.ts";
import { GLUE_TASKS, glueTask } from "../../stages/eval/glue.ts";
import { localFolder } from "../../stages/eval/local-folder.ts";
import { SUBMISSION_FILES, submissionText } from "../../stages/eval/submission/files.ts";
import { glueSubmission, type SubmissionParams } from "../../stages/eval/submission/index.ts";
import { writeSubmission } from "../../stages/eval/submission/write.ts";
import { predictions } from "../../stages/eval/tables.ts";
import { splitsOf } from "../../stages/eval/task.ts";
import { expansionLimitsSchema, openMembers } from "../../stages/ingest/open/index.ts";
import { Rig } from "../rig/rig.ts";
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

/** The official files' names, columns and test files' lengths, the last example first; a label has a word of its own. */
async function officialFolder(folder: string): Promise<string> {
  const write = async (name: string, rows: readonly (readonly string[])[]) => {
    await mkdir(join(folder, name, ".."), { recursive: true });
    await writeFile(join(folder, name), `${rows.map((row) => row.join("\t")).join("\n")}\n`);
  };
  for (const name of GLUE_TASKS) {
    const task = glueTask(name);
    const classes = task.labels === "score" ? ["0.5", "4.5"] : task.labels;
    for (const { role, file, texts, label, id, header } of splitsOf(task)) {
      const wanted = SUBMISSION_FILES.find(
        (each) => each.task === name && `${each.split}.tsv` === file,
      );
      const count = role === "test" ? wanted!.rows : 24;
      const columns = header
        ? [...(id === undefined ? [] : [id]), ...texts, ...(role === "test" ? [] : [label])]
        : [0, 1, 2, 3];
      const rows = Array.from({ length: count }, (_, row) => {
        const index = count - 1 - row;
        return columns.map((column) => {
          if (column === label) return classes[index % classes.length]!;
          return texts.includes(column) ? `word${index % classes.length}` : `${index}`;
        });
      });
      await write(`${name}/${file}`, [...(header ? [columns.map(String)] : []), ...rows]);
    }
  }
  const ax = Array.from({ length: 1104 }, (_, index) => [`${index}`, ...twice(`word${index % 3}`)]);
  await write("AX/AX.tsv", [["index", "sentence1", "sentence2"], ...ax]);
  return folder;
}

const twice = (text: string) => [text, text];

const said: string[] = [];
const context = (params: Partial<SubmissionParams> = {}) => ({
  params: { partial: false, ...params },
  progress: () => {},
  log: (_level: string, message: string) => void said.push(message),
});

describe("the submission", () => {
  test("is eleven files as GLUE's site takes them, zipped", { timeout: 120_000 }, async () => {
    const rig = await Rig.create();
    const glue = await officialFolder(join(rig.folder, "glue"));
    const runs = (await findGlue(glue)).map(({ name, task, data: { path, beside = [] } }) => {
      const node = (part: string) => ({ as: `${name.toLowerCase()}-${part}` });
      const files = { path, beside: [...beside] };
      const { data } = localFolder({}, files, node("data"));
      return taskBaseline({ data }, { task }, node("words")).predictions;
    });
    const { submission } = glueSubmission({ predictions: runs });
    const pipeline = definePipeline({ name: "submit", seed: 1, outputs: { submission } });
    const { failures, artifacts } = await rig.run(pipeline);
    expect(failures).toEqual([]);
    const folder = join(artifacts.get("glue-submission")!.folder, "submission");

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
      // Every label is somewhere, and where the example's words say it.
      const answers = new Set(rest.map((line) => line.split("\t")[1]!));
      const { labels } = glueTask(SUBMISSION_FILES.find(({ file }) => file === name)!.task);
      if (labels !== "score") expect([...answers].toSorted()).toEqual(labels.toSorted());
      if (labels !== "score") expect(rest[1]).toBe(`1\t${labels[1]}`);
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
    const both = [...some, inputOf("RTE")];
    await expect(writeSubmission(both, folder, context({ partial: true }))).rejects.toThrow(
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
