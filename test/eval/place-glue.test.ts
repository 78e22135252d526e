import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { definePipeline, type InputRows, inputSource, openInputs } from "../../engine/index.ts";
import { RandomStream } from "../../lib/random.ts";
import type { GlueTask } from "../../stages/eval/index.ts";
import { type GlueOptions, glue } from "../../stages/eval/place-glue.ts";
import { glueRecipe } from "../../stages/eval/recipes.ts";
import { contamination as contaminationTable, glueScores } from "../../stages/eval/tables.ts";
import { ingest, text } from "../../stages/ingest/index.ts";
import { Rig } from "../rig/rig.ts";
import { untrained, words } from "./checkpoint-stage.ts";

/** Lines of a task: columns, then a label of each line's own. */
function lines(header: string, labels: readonly string[], count: number): string {
  const random = new RandomStream(count, header);
  const text = () => Array.from({ length: 3 }, () => words[random.below(words.length)]).join(" ");
  const rows = Array.from({ length: count }, (_, index) =>
    header
      .split("\t")
      .map((column, at, all) => {
        if (column === "index") return index;
        return at === all.length - 1 ? labels[index % labels.length] : text();
      })
      .join("\t"),
  );
  return [header, ...rows, ""].join("\n");
}

const pair = "index\tsentence1\tsentence2\tlabel";
const entailment = ["entailment", "not_entailment"];
const FILES: Readonly<Record<string, string>> = {
  "RTE/train.tsv": lines(pair, entailment, 16),
  "RTE/dev.tsv": lines(pair, entailment, 6),
  "RTE/test.tsv": lines(pair, [""], 4),
  "SST-2/train.tsv": lines("sentence\tlabel", ["0", "1"], 40),
  "WNLI/train.tsv": lines(pair, ["1", "1", "0"], 9),
  "WNLI/dev.tsv": lines(pair, ["0", "1"], 4),
  "MNLI/train.tsv": lines("sentence1\tsentence2\tgold_label", ["neutral", "entailment"], 16),
  "MNLI/dev_matched.tsv": lines("sentence1\tsentence2\tgold_label", ["neutral"], 4),
  "MNLI/dev_mismatched.tsv": lines("sentence1\tsentence2\tgold_label", ["contradiction"], 4),
};

/** The folder that these files are in. */
async function written(rig: Rig): Promise<string> {
  const folder = join(rig.folder, "glue");
  for (const [name, text] of Object.entries(FILES)) {
    await mkdir(join(folder, name, ".."), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

async function placed(rig: Rig, options: Partial<GlueOptions> = {}) {
  const folder = await written(rig);
  const finetuning = { numTrainEpochs: 1, maxSeqLength: 16, trainBatchSize: 8 };
  const all = await glue(untrained({}), { folder, finetuning, ...options });
  const pipeline = definePipeline({ name: "glue", seed: 1, outputs: { table: all.table } });
  return { ...all, pipeline, ids: pipeline.nodes.map(({ id }) => id) };
}

describe("glue", () => {
  test("runs every task found, MNLI once and before what starts from it, and is cached", async () => {
    const rig = await Rig.create();
    const { pipeline } = await placed(rig);
    const first = await rig.run(pipeline);
    expect(first.failures).toEqual([]);
    const order = (id: string) => first.ran.indexOf(id);
    expect(order("rte-seed-0")).toBeGreaterThan(order("mnli-seed-0"));
    expect(pipeline.node("rte-seed-0").inputs["checkpoint"]).toMatchObject({
      node: pipeline.node("mnli-seed-0"),
      output: "checkpoint",
    });
    expect(pipeline.node("sst-2-seed-0").inputs["checkpoint"]!.node.id).toBe("untrained");

    expect((await rig.run((await placed(rig)).pipeline)).ran).toEqual([]);
    // A second seed trains what is new and nothing else.
    const second = await rig.run((await placed(rig, { seeds: 2 })).pipeline);
    const ran = ["glue-table", "mnli-seed-1", "rte-seed-1", "sst-2-seed-1"];
    expect(second.ran.toSorted()).toEqual(ran);

    const source = inputSource(second.artifacts.get("glue-table")!, "table", glueScores);
    const { table } = await openInputs({ table: source });
    const rows = await (table as unknown as InputRows<typeof glueScores.columns>).rows();
    expect(rows.map(({ task, split, runs, note }) => [task, split, runs, note])).toEqual([
      ["MNLI", "dev_matched", 2, ""],
      ["MNLI", "dev_mismatched", 2, ""],
      ["RTE", "dev", 2, "from MNLI"],
      ["SST-2", "heldout", 2, "held out of the training file"],
      ["WNLI", "dev", 1, "always the majority label: its dev set contradicts its training set"],
      ["average", "", 2, "WNLI: majority"],
      ["average", "", 2, "without WNLI"],
    ]);
    for (const row of rows) {
      expect(row.lowest).toBeLessThanOrEqual(row.median);
      expect(row.bag_of_words).not.toBeNull();
    }
  }, 120_000);

  test("looks for every task in the documents, what is held out of it as well", async () => {
    const rig = await Rig.create();
    const line = (name: string, row: number) => FILES[name]!.split("\n")[row]!.split("\t");
    const known = `${line("RTE/dev.tsv", 1)[1]} and ${line("SST-2/train.tsv", 1)[0]}`;
    const { documents } = ingest(
      {},
      {
        sources: [text({ files: await rig.file("known.txt", `Once ${known} were written.\n`) })],
        heldout: { share: 0 },
      },
    );
    const folder = await written(rig);
    const { contamination } = await glue({ ...untrained({}), documents }, { folder });
    const pipeline = definePipeline({ name: "look", seed: 1, outputs: { contamination } });
    const short = pipeline.withParams(
      contamination.map(({ node }) => ({ node: node.id, path: ["shortest"], value: 3 })),
    );
    const { failures, artifacts } = await rig.run(short);
    expect(failures).toEqual([]);
    const found: (string | number)[][] = [];
    for (const { node } of contamination) {
      const source = inputSource(artifacts.get(node.id)!, "contamination", contaminationTable);
      const { table } = await openInputs({ table: source });
      const rows = await (table as unknown as InputRows<typeof contaminationTable.columns>).rows();
      for (const { task, split, checked, contaminated } of rows)
        found.push([task, split, checked, contaminated]);
    }
    expect(found).toEqual([
      ["MNLI", "dev_matched", 4, 0],
      ["MNLI", "dev_mismatched", 4, 0],
      ["RTE", "dev", 6, 1],
      ["RTE", "test", 4, 0],
      ["SST-2", "heldout", 4, 0],
      ["WNLI", "dev", 4, 0],
    ]);
  });

  test("writes a submission of what test files there are, or refuses it", async () => {
    const rig = await Rig.create();
    const folder = await written(rig);
    const some = { folder, tasks: ["WNLI", "SST-2"] } as const;
    const none = await glue(untrained({}), { ...some, submission: "partial" });
    expect(none.submission).toBeUndefined();
    expect((await glue(untrained({}), some)).submission).toBeUndefined();

    const rows = Array.from({ length: 146 }, (_, index) => `${index}\ta\tb`);
    const test = ["index\tsentence1\tsentence2", ...rows, ""].join("\n");
    await writeFile(join(folder, "WNLI/test.tsv"), test);
    const submitted = async (submission: "partial" | "whole") => {
      const all = await glue(untrained({}), { folder, tasks: ["WNLI"], submission });
      const outputs = { submission: all.submission! };
      return rig.run(definePipeline({ name: "submit", seed: 1, outputs }));
    };
    const { failures, artifacts } = await submitted("partial");
    expect(failures).toEqual([]);
    const path = join(artifacts.get("glue-submission")!.folder, "submission", "WNLI.tsv");
    expect((await readFile(path, "utf8")).split("\n")[146]).toBe("145\t1");
    expect((await submitted("whole")).failures[0]!.error.message).toContain(
      "AX.tsv would not have",
    );
  });

  test("WNLI may be fine-tuned or left out, tasks chosen, MNLI's model not used", async () => {
    const rig = await Rig.create();
    const tuned = await placed(rig, { wnli: "fine-tune", tasks: ["WNLI"], prefix: "small" });
    expect(tuned.ids.toSorted()).toEqual([
      "small-glue-table",
      "small-wnli-data",
      "small-wnli-seed-0",
      "small-wnli-words",
      "untrained",
    ]);
    expect((await placed(rig, { wnli: "exclude" })).ids.join()).not.toContain("wnli");
    const apart = await placed(rig, { fromMnli: false, tasks: ["MNLI", "RTE"] });
    expect(apart.pipeline.node("rte-seed-0").inputs["checkpoint"]!.node.id).toBe("untrained");
    const alone = await placed(rig, { tasks: ["RTE"] });
    expect(alone.pipeline.node("rte-seed-0").inputs["checkpoint"]!.node.id).toBe("untrained");
    expect(Object.keys(alone.predictions)).toEqual(["RTE"]);
  });

  test("what is not there or not known is refused", async () => {
    const rig = await Rig.create();
    await expect(placed(rig, { tasks: ["CoLA"] })).rejects.toMatchObject({
      message: "CoLA is not found",
      details: { got: "MNLI, RTE, SST-2, WNLI" },
    });
    await expect(placed(rig, { tasks: ["RET" as GlueTask] })).rejects.toMatchObject({
      message: 'GLUE has no task "RET"',
      details: { hint: expect.stringContaining("did you mean RTE?") },
    });
    await expect(placed(rig, { seeds: 0 })).rejects.toMatchObject({ details: { where: "seeds" } });
    await expect(glue(untrained({}), { folder: join(rig.folder, "nowhere") })).rejects.toThrow(
      "no task of GLUE is found",
    );
  });
});

describe("a recipe", () => {
  test("is the paper's, its length scaled", () => {
    expect(glueRecipe("RTE")).toMatchObject({
      learningRate: 3e-5,
      trainBatchSize: 32,
      numTrainSteps: 800,
      warmupSteps: 200,
      hiddenDropoutProb: 0.1,
      classifierDropout: 0.1,
      maxSeqLength: 512,
      decay: "reference",
      keep: "best",
    });
    expect(glueRecipe("CoLA", { stepsScale: 0.1 })).toMatchObject({
      numTrainSteps: 534,
      warmupSteps: 32,
      hiddenDropoutProb: 0,
    });
  });

  test("gives way to options; epochs keep the warm-up's share", () => {
    const recipe = glueRecipe("RTE", { numTrainEpochs: 2, learningRate: 1e-3 });
    expect(recipe).toMatchObject({ numTrainEpochs: 2, learningRate: 1e-3, warmupProportion: 0.25 });
    expect(recipe).not.toHaveProperty("numTrainSteps");
    expect(recipe).not.toHaveProperty("warmupSteps");
  });
});
