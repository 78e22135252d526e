import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PipelineError } from "../../engine/index.ts";
import { type GlueTask, glueTask } from "../../stages/eval/glue.ts";
import { readLabelled, readUnlabelled } from "../../stages/eval/read/index.ts";
import { splitsOf, type Task, task } from "../../stages/eval/task.ts";

/** The training file, whatever it is called. */
const readTrain = (definition: Task, folder: string, file = "train.tsv") =>
  readLabelled(definition, folder, { ...splitsOf(definition)[0]!, file });

const glue = resolve(import.meta.dirname, "../../../shared/data/glue");

describe.skipIf(!existsSync(glue))(
  "GLUE's own files (in ../shared/data/glue, else skipped)",
  () => {
    test.each([
      ["CoLA", "train.tsv", 8551],
      ["CoLA", "dev.tsv", 1043],
      ["MRPC", "train.tsv", 3668],
      ["MRPC", "dev.tsv", 408],
      ["RTE", "train.tsv", 2490],
      ["RTE", "dev.tsv", 277],
      ["WNLI", "train.tsv", 635],
      ["WNLI", "dev.tsv", 71],
      ["STS-B", "train.tsv", 5749],
      ["STS-B", "dev.tsv", 1500],
      ["SST-2", "train.tsv", 67349],
      ["MNLI", "train.sample.tsv", 8999],
      ["QNLI", "train.sample.tsv", 8999],
      ["QQP", "train.part.tsv", 23421],
    ] as const)("%s/%s has %d examples", async (name, file, count) => {
      const { examples, skipped } = await readTrain(glueTask(name), join(glue, name), file);
      expect(examples.length + skipped).toBe(count);
      expect(skipped).toBe(0);
      expect(examples.at(-1)!.index).toBe(count - 1);
    });

    test.each([
      ["CoLA", 1063],
      ["MRPC", 1725],
      ["QNLI", 5463],
      ["RTE", 3000],
      ["STS-B", 1379],
      ["WNLI", 146],
    ] as const)("%s/test.tsv has %d examples, numbered from 0", async (name, count) => {
      const definition = glueTask(name);
      const split = splitsOf(definition).find(({ role }) => role === "test")!;
      const { examples, rowsKnown } = await readUnlabelled(definition, join(glue, name), split);
      expect(examples.map(({ id }) => id)).toEqual(Array.from({ length: count }, (_, n) => `${n}`));
      expect(rowsKnown).toBeUndefined();
    });

    test("another task's folder is told by its columns or labels", async () => {
      const failure = (name: GlueTask, other: GlueTask, file = "train.tsv") =>
        readTrain(glueTask(name), join(glue, other), file).catch((error) => error.details);
      expect(await failure("MRPC", "RTE")).toMatchObject({
        expected: '"#1 String"',
        got: '"index", "sentence1", "sentence2", "label"',
      });
      expect(await failure("RTE", "WNLI")).toMatchObject({
        where: "train.tsv, line 2",
        expected: "entailment, not_entailment",
        got: '"1"',
      });
      expect((await failure("CoLA", "RTE")).where).toBe("train.tsv, line 1");
      expect((await failure("STS-B", "CoLA")).hint).toContain("own folder");
    });

    test("the first examples are what stands there", async () => {
      const first = async (name: GlueTask, file: string) =>
        (await readTrain(glueTask(name), join(glue, name), file)).examples[0];
      expect(await first("CoLA", "dev.tsv")).toEqual({
        index: 0,
        id: "0",
        texts: ["The sailors rode the breeze clear of the rocks."],
        label: 1,
      });
      expect(await first("SST-2", "train.tsv")).toEqual({
        index: 0,
        id: "0",
        texts: ["hide new secretions from the parental units "],
        label: 0,
      });
      expect(await first("MRPC", "dev.tsv")).toEqual({
        index: 0,
        id: "0",
        texts: [
          "He said the foodservice pie business doesn't fit the company's long-term growth strategy.",
          '"The foodservice pie business does not fit our long-term growth strategy.',
        ],
        label: 1,
      });
      expect((await first("MNLI", "train.sample.tsv"))!.label).toBe(1);
      expect((await first("RTE", "train.tsv"))!.label).toBe(1);
      expect((await first("STS-B", "dev.tsv"))!.label).toBe(5);
    });
  },
);

describe("a task's file", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "tsv-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const pair = task({
    name: "pair",
    texts: [1, 2],
    label: -1,
    labels: ["no", "yes"],
    metrics: ["accuracy"],
  });
  const read = async (content: string | Uint8Array, definition = pair) => {
    await writeFile(join(folder, "train.tsv"), content);
    return readTrain(definition, folder);
  };
  const failure = async (content: string | Uint8Array, definition = pair) => {
    const error = await read(content, definition).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(PipelineError);
    return (error as PipelineError).details;
  };
  const header = "index\ta\tb\tlabel\n";

  test("quotation marks are characters, wherever they stand", async () => {
    const { examples } = await read(`${header}0\t"open\tclose"\tyes\n1\t"\t""\tno\n`);
    expect(examples.map(({ texts }) => texts)).toEqual([
      ['"open', 'close"'],
      ['"', '""'],
    ]);
  });

  test("the last line may lack its end, and lines may end as on Windows", async () => {
    expect((await read(`${header}0\ta\tb\tyes\n1\tc\td\tno`)).examples.length).toBe(2);
    const windows = await read(`${header}0\ta\tb\tyes\n1\tc\td\tno\n`.replaceAll("\n", "\r\n"));
    expect(windows.examples.map(({ label }) => label)).toEqual([1, 0]);
  });

  test("other line separators of Unicode are text", async () => {
    const { examples } = await read(`${header}0\ta\u2028b\u0085c\td\tyes\n`);
    expect(examples[0]!.texts[0]).toBe("a\u2028b\u0085c");
  });

  test("a byte-order mark is not a part of the first cell", async () => {
    const single = task({ ...pair, texts: [0], label: 1, header: false });
    expect((await read("\ufefftext\tyes\n", single)).examples[0]!.texts).toEqual(["text"]);
  });

  test("a short line is an error that names it, or is passed over where the task says so", async () => {
    const content = `${header}0\ta\tb\tyes\n1\tc\n2\te\tf\tno\n`;
    expect(await failure(content)).toMatchObject({
      where: "train.tsv, line 3",
      got: "2 columns instead of 4",
    });
    const { examples, skipped } = await read(content, { ...pair, skipBrokenLines: true });
    expect(skipped).toBe(1);
    expect(examples.map(({ index }) => index)).toEqual([0, 2]);
  });

  test("an unknown label is an error that names it", async () => {
    expect(await failure(`${header}0\ta\tb\tmaybe\n`)).toMatchObject({
      where: "train.tsv, line 2",
      expected: "no, yes",
      got: '"maybe"',
    });
  });

  test("a score must be a number", async () => {
    const scores = task({ ...pair, labels: "score", metrics: ["pearson"] });
    expect((await read(`${header}0\ta\tb\t3.800\n`, scores)).examples[0]!.label).toBe(3.8);
    for (const cell of ["", "high", "NaN"]) {
      expect((await failure(`${header}0\ta\tb\t${cell}\n`, scores)).expected).toBe("a number");
    }
  });

  test("a header that is an example, and an example that is a header, are found", async () => {
    expect((await failure("0\ta\tb\tyes\n1\tc\td\tno\n")).hint).toContain("header to false");
    const headless = { ...pair, header: false };
    expect((await failure(`${header}0\ta\tb\tyes\n`, headless)).hint).toContain("header to true");
  });

  test("empty files, missing files and other encodings are errors", async () => {
    expect((await failure("")).got).toBe("an empty file");
    expect((await failure(header)).got).toBe("an empty file");
    expect((await failure(Uint8Array.of(0x61, 0xe9, 0x0a))).expected).toBe("UTF-8");
    const missing = await readTrain(pair, folder, "dev.tsv").catch((error) => error.details);
    expect(missing).toMatchObject({ where: "dev.tsv", got: "train.tsv" });
  });
});

describe("a task's definition", () => {
  const definition = {
    name: "t",
    texts: [0],
    label: 1,
    labels: ["a", "b"],
    metrics: ["f1"],
  } as const;
  const refuse = (changes: object) =>
    expect(() =>
      task({ ...definition, ...changes } as unknown as Parameters<typeof task>[0]),
    ).toThrow();

  test("metrics must suit the labels", () => {
    expect(task({ ...definition, texts: [0], labels: ["a", "b"], metrics: ["f1"] }).dev).toEqual({
      dev: "dev.tsv",
    });
    refuse({ labels: ["a", "b", "c"] });
    refuse({ labels: "score" });
    refuse({ metrics: ["pearson"] });
    refuse({ labels: ["a", "a"] });
    refuse({ labels: ["a"] });
  });

  test("MNLI is scored on both of its dev files, labels in the reference's order", () => {
    const mnli = glueTask("MNLI");
    expect(Object.keys(mnli.dev)).toEqual(["dev_matched", "dev_mismatched"]);
    expect(mnli.labels).toEqual(["contradiction", "entailment", "neutral"]);
  });
});
