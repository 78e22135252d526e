import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { PipelineError } from "../../engine/index.ts";
import { type GlueTask, glueTask, huggingFaceGlueTask } from "../../stages/eval/glue.ts";
import { koreanTask } from "../../stages/eval/korean.ts";
import { readLabelled, readUnlabelled } from "../../stages/eval/read/index.ts";
import { splitsOf, type Task, type TaskInput, task } from "../../stages/eval/task.ts";
import { tempFolder } from "../rig/temp-folder.ts";

/** Written by test/gold/hf_glue.py. */
const exported = (name: string) => join(import.meta.dirname, "../gold/hf-glue", name);

const read = (definition: Task, folder: string, name = "train") => {
  const split = splitsOf(definition).find((each) => each.name === name)!;
  return readLabelled(definition, folder, split);
};
const failure = (work: Promise<unknown>) =>
  work.then(
    () => expect.unreachable("it was read"),
    (error: unknown) => {
      expect(error).toBeInstanceOf(PipelineError);
      return { message: (error as Error).message, ...(error as PipelineError).details };
    },
  );

describe("tasks as Hugging Face's datasets export them", () => {
  const cases: [GlueTask, string, labels: readonly (string | number)[]][] = [
    ["MNLI", "mnli", ["entailment", "neutral", "contradiction"]],
    ["CoLA", "cola", ["0", "1"]],
    ["RTE", "rte", ["not_entailment", "entailment"]],
    ["STS-B", "stsb", [Math.fround(3.8), 0]],
  ];
  test.each(cases)(
    "%s: labels go by their names, not by their numbers",
    async (name, config, is) => {
      for (const format of ["parquet", "jsonl"] as const) {
        const definition = huggingFaceGlueTask(name, { format });
        const folder = exported(format === "jsonl" ? `${config}-jsonl` : config);
        const { examples } = await read(definition, folder);
        const labels = examples.map(({ label }) =>
          definition.labels === "score" ? Math.fround(label) : definition.labels[label],
        );
        expect(labels).toEqual(is);
        expect(examples.map(({ index }) => index)).toEqual(is.map((_, index) => index));
      }
    },
  );

  test("the file's own names of its numbers go before the task's", async () => {
    const wrong = { labelNumbers: ["contradiction", "neutral", "entailment"] };
    const definition = huggingFaceGlueTask("MNLI", wrong);
    const { examples } = await read(definition, exported("mnli"));
    const official = glueTask("MNLI").labels as string[];
    expect(examples.map(({ label }) => official[label])).toEqual([
      "entailment",
      "neutral",
      "contradiction",
    ]);
  });

  test("numbers without names are an error where the labels are words", async () => {
    const { labelNumbers: _, ...bare } = huggingFaceGlueTask("MNLI", { format: "jsonl" });
    expect(await failure(read(task(bare), exported("mnli-jsonl")))).toMatchObject({
      where: "train.jsonl, line 1",
      expected: "contradiction, entailment, neutral",
      got: "0",
      hint: expect.stringContaining("labelNumbers"),
    });
  });

  test("kept-back labels (-1) are read as none, and are an error in a scored file", async () => {
    const definition = huggingFaceGlueTask("MNLI");
    const split = splitsOf(definition).find(({ name }) => name === "test_matched")!;
    const { examples } = await readUnlabelled(definition, exported("mnli"), split);
    expect(examples.map(({ id }) => id)).toEqual(["0", "1", "2"]);
    const scored = { ...definition, dev: { dev: "test_matched-*.parquet" } };
    expect((await failure(read(scored, exported("mnli"), "dev"))).hint).toContain("task's test");
  });

  test("a damaged file is an error", async () => {
    const folder = await tempFolder();
    const whole = await readFile(exported("cola/validation-00000-of-00001.parquet"));
    await writeFile(join(folder, "train-0.parquet"), whole.subarray(0, whole.length / 2));
    const { message } = await failure(read(huggingFaceGlueTask("CoLA"), folder));
    expect(message).toContain("cannot be read as Parquet");
  });
});

describe("a task of one's own", () => {
  const own: TaskInput = {
    name: "own",
    texts: ["text"],
    label: "label",
    labels: ["no", "yes"],
    metrics: ["accuracy"],
    id: "id",
  };
  async function written(name: string, content: string, changes: Partial<TaskInput> = {}) {
    const folder = await tempFolder();
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, name), content);
    return read(task({ ...own, train: name, ...changes }), folder);
  }
  const both = [
    { index: 0, id: "a", texts: ["one, two"], label: 1 },
    { index: 1, id: "b", texts: ['say "three"'], label: 0 },
  ];

  test.each([
    ["x.tsv", 'id\ttext\tlabel\na\tone, two\tyes\nb\tsay "three"\tno\n'],
    ["shuffled.tsv", 'label\tid\tmore\ttext\nyes\ta\t\tone, two\nno\tb\t\tsay "three"\n'],
    ["crlf.tsv", 'id\ttext\tlabel\r\na\tone, two\tyes\r\nb\tsay "three"\tno\r\n'],
    ["x.csv", 'id,text,label\na,"one, two",yes\nb,"say ""three""",no\n'],
    ["crlf.csv", '\ufeffid,text,label\r\n"a","one, two","yes"\r\nb,"say ""three""",no'],
    [
      "x.jsonl",
      '{"id":"a","text":"one, two","label":"yes"}\n\n{"label":"no","text":"say \\"three\\"","id":"b"}\n',
    ],
  ])("reads %s", async (name, content) => {
    expect((await written(name, content)).examples).toEqual(both);
  });

  test("reads quoted cells of tab-separated files where the format says csv", async () => {
    const content = 'id\ttext\tlabel\na\t"one\ttwo"\tyes\n';
    const { examples } = await written("x.tsv", content, { format: "csv" });
    expect(examples[0]!.texts).toEqual(["one\ttwo"]);
  });

  test("fields within fields, numbers that the task names, and other names of labels", async () => {
    const content = '{"a":{"text":"t"},"label":1,"id":7}\n{"a":{"text":"u"},"label":"nay","id":8}';
    const { examples } = await written("x.jsonl", content, {
      texts: ["a.text"],
      labelNumbers: ["no", "yes"],
      synonyms: { nay: "no" },
    });
    expect(examples.map(({ id, label }) => [id, label])).toEqual([
      ["7", 1],
      ["8", 0],
    ]);
  });

  test("a quote in the middle of a CSV's cell is an error, of a TSV's a character", async () => {
    expect(await failure(written("x.csv", 'id,text,label\na,b"c"d,yes\n'))).toMatchObject({
      where: "x.csv, line 2",
      hint: expect.stringContaining("tabs"),
    });
    const { examples } = await written("x.tsv", 'id\ttext\tlabel\na\tb"c"d\tyes\n');
    expect(examples[0]!.texts).toEqual(['b"c"d']);
  });

  test("broken records name file and line, and are passed over where the task says so", async () => {
    const content = "id\ttext\tlabel\na\tt\tyes\nb\tt\nc\tt\tno\tmore\nd\tt\tno\n";
    expect(await failure(written("x.tsv", content))).toMatchObject({
      where: "x.tsv, line 3",
      got: "2 columns instead of 3",
    });
    const { examples, skipped } = await written("x.tsv", content, { skipBrokenLines: true });
    expect([examples.map(({ id }) => id), skipped]).toEqual([["a", "d"], 2]);
    expect(await failure(written("x.jsonl", '{"id":"a"\n'))).toMatchObject({
      where: "x.jsonl, line 1",
      got: expect.stringContaining("no JSON"),
    });
    expect((await failure(written("x.jsonl", '{"id":"a","text":"t"}\n'))).got).toContain(
      'no field "label"',
    );
  });

  test("ids that stand twice name both places", async () => {
    expect(await failure(written("x.csv", "id,text,label\na,b,no\na,c,no\n"))).toMatchObject({
      where: "x.csv, line 3",
      got: "the id of x.csv, line 2",
    });
  });

  test("a text that is none, a missing column and an unknown format are errors", async () => {
    const nothing = '{"id":"a","text":null,"label":"yes"}\n';
    expect((await failure(written("x.jsonl", nothing))).message).toContain("no string");
    expect(await failure(written("x.csv", "id,txt,label\na,b,no\n"))).toMatchObject({
      expected: '"text"',
      got: '"id", "txt", "label"',
    });
    expect((await failure(written("x.xml", "<a/>"))).got).toBe(".xml");
    expect((await failure(written("x.tsv", "a\tb\tno\n", { header: false }))).message).toContain(
      "no header",
    );
  });

  test("another number of examples than is known is told", async () => {
    const content = "id\ttext\tlabel\na\tt\tyes\n";
    expect((await written("x.tsv", content, { rows: { train: 2 } })).rowsKnown).toBe(2);
    expect((await written("x.tsv", content, { rows: { train: 1 } })).rowsKnown).toBeUndefined();
  });

  test("names that are wrong suggest the nearest", () => {
    expect(() => glueTask("SST2" as GlueTask)).toThrow("GLUE has no task");
    const hint = (make: () => unknown) => {
      try {
        make();
      } catch (error) {
        return (error as PipelineError).details.hint;
      }
      return undefined;
    };
    expect(hint(() => glueTask("SST2" as GlueTask))).toContain("did you mean SST-2?");
    expect(hint(() => koreanTask("KorSTSB" as "KorSTS"))).toContain("did you mean KorSTS?");
    expect(() => glueTask("__proto__" as GlueTask)).toThrow("GLUE has no task");
  });
});
