import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunEvent } from "../../engine/index.ts";
import { askDuckDB } from "../engine/duckdb.ts";
import { expectWhole, manifests, outputDigests } from "./artifacts.ts";
import type { Left } from "./command.ts";
import { corpus } from "./corpus.ts";
import { CONFIGS, Project } from "./project.ts";
import { readSafetensors } from "./safetensors.ts";
import { expectDone, outcomes } from "./said.ts";
import { expectReadAlike, TABLES } from "./tables.ts";

const NODES = [
  "ingest",
  "word-counts",
  "vocab",
  "tokenize",
  "sop-pairs",
  "train",
  "local-folder",
  "eval",
];

describe("one command from text to scores", () => {
  const project = new Project(CONFIGS.whole);
  let cold: Left;
  beforeAll(async () => {
    project.make();
    cold = await project.run("run");
  });
  afterAll(() => project[Symbol.dispose]());

  it("a cold run runs every node and ends with scores beside their baselines", () => {
    expectDone(cold);
    for (const node of NODES)
      expect(cold.stdout).toMatch(new RegExp(`^${node} +ran +[\\d.]+ s +never run$`, "m"));
    expect(cold.stdout).toMatch(
      /^masked-lm +loss +heldout +[\d.]+ +[\d.]+ +unigram +lower +\d+ +–$/m,
    );
    expect(cold.stdout).toMatch(/^sentence-order +accuracy +heldout +[\d.]+ +[\d.]+ +majority /m);
    expect(cold.stdout).toMatch(
      /^SST-2 +accuracy +dev +[\d.]+ +0\.5000 +majority +higher +20 +0$/m,
    );
    expect(cold.stdout).toMatch(/^done in [\d.]+ s /m);
    expect([...expectWhole(project.store)].sort()).toEqual([...NODES].sort());
  });

  it("has no table that is not read with DuckDB below", () => {
    const tables = [...manifests(project.store)].flatMap(([node, { outputs }]) =>
      Object.entries(outputs).flatMap(([output, { kind }]) =>
        kind === "folder" ? [] : [`${node}.${output}`],
      ),
    );
    expect(tables.sort()).toEqual(Object.keys(TABLES).sort());
  });

  it.each(Object.keys(TABLES))("DuckDB reads %s as we do, by its latest folder", async (name) => {
    await expectReadAlike(project.store, name);
  });

  it("DuckDB answers what docs/artifacts.md asks of the masks", async () => {
    const docs = readFileSync(join(import.meta.dirname, "../../docs/artifacts.md"), "utf8");
    const [, script] = /^```sql\n(.+?)^```/ms.exec(docs)!;
    const asked = script!.replaceAll("'artifacts/", `'${project.store}/`);
    const [, , most, share, , fed] = await askDuckDB(asked);
    const [commonest] = most!;
    expect(Number(commonest!["times"])).toBeGreaterThan(0);
    const whence = asked.split(";")[4]!.replace("liberty", `${commonest!["piece"]}`);
    const [from] = await askDuckDB(whence);
    for (const row of share!) expect(row["share"]).toBeLessThan(0.5);
    expect(share!.length).toBe(10);
    for (const row of from!)
      expect(row["after_last"]).toBeGreaterThan(Number(row["first_sentence"]));
    expect(from!.length).toBeGreaterThan(0);
    expect(fed!.map((row) => row["fed_as"]).sort()).toEqual(["[MASK]", "another", "itself"]);
    expect(fed!.reduce((sum, row) => sum + Number(row["share"]), 0)).toBeCloseTo(1, 3);
  });

  it("a second run runs nothing and says of every node how it knows", async () => {
    const before = outputDigests(project.store);
    const again = await project.run("run");
    expectDone(again);
    for (const node of NODES)
      expect(again.stdout).toMatch(
        new RegExp(`^${node} +fresh +[0-9a-f]{12}: code, params, .*unc`, "m"),
      );
    expect(again.stdout).toMatch(/^ingest .*code, params, 40 files, unicode unchanged$/m);
    expect(again.stdout).not.toMatch(/running|stale/);
    expect(outputDigests(project.store)).toEqual(before);
    const tables = (text: string) =>
      text.slice(text.indexOf("\nscores\n"), text.indexOf("\ndone in"));
    expect(tables(again.stdout)).toBe(tables(cold.stdout));
  });

  it("a parameter given on the command line reruns its node and none before it", async () => {
    const args = ["run", "sop-pairs", "--ui", "json", "--set", "sop-pairs.shortSeqProb=0.3"];
    const left = await project.run(...args);
    expectDone(left);
    expect(outcomes(left.events)).toEqual({
      ...Object.fromEntries(NODES.slice(0, 4).map((node) => [node, "fresh"])),
      "sop-pairs": "ran",
    });
    const planned = left.events.find(
      (event) => event.type === "node-planned" && event.node === "sop-pairs",
    );
    expect(planned).toMatchObject({
      why: [{ field: "params", name: "shortSeqProb", was: "0.1", is: "0.3" }],
    });
  });

  it("one edited in the config reruns what depends on it too, and why says what it was and is", async () => {
    const config = join(project.folder, "pipeline.config.ts");
    const text = readFileSync(config, "utf8");
    writeFileSync(config, text.replace("numTrainSteps: 4", "numTrainSteps: 3"));
    const [why, below, above] = await Promise.all([
      project.run("why", "train"),
      project.run("why", "eval"),
      project.run("why", "sop-pairs"),
    ]);
    expectDone(why);
    expect(why.stdout).toMatch(/^train is stale\. What differs from its last artifact, /);
    expect(why.stdout).toMatch(/^params +numTrainSteps +4 +3$/m);
    expect(why.stdout.trimEnd().split("\n")).toHaveLength(4);
    expect(below.stdout).toMatch(/^eval reads train, which must run first/);
    expect(above.stdout).toMatch(/^sop-pairs is fresh: [0-9a-f]{12}: code, params, seed, /);

    const left = await project.run("run", "--ui", "json");
    expectDone(left);
    const ran = Object.entries(outcomes(left.events)).filter(([, how]) => how === "ran");
    expect(ran.map(([node]) => node)).toEqual(["train", "eval"]);
    writeFileSync(config, text);
    const back = await project.run("status", "--exit-code");
    expect(back.stdout).not.toMatch(/stale|waiting/);
    expect(back.status).toBe(0);
  });

  it("the checkpoint is safetensors of Hugging Face's names, as many numbers as the run said", async () => {
    const { stdout } = await project.run("path", "train.checkpoint");
    const tensors = readSafetensors(join(stdout.trim(), "model.safetensors"));
    const prefix = "albert.encoder.albert_layer_groups.0.albert_layers.0";
    expect([...tensors.keys()]).toEqual(
      expect.arrayContaining([
        "albert.embeddings.word_embeddings.weight",
        "albert.encoder.embedding_hidden_mapping_in.weight",
        `${prefix}.attention.query.weight`,
        `${prefix}.ffn.weight`,
        "albert.pooler.weight",
        "predictions.dense.weight",
        "sop_classifier.classifier.weight",
      ]),
    );
    expect(tensors.get("albert.embeddings.word_embeddings.weight")!.shape).toEqual([200, 16]);
    expect(tensors.get(`${prefix}.ffn.weight`)!.shape).toEqual([64, 32]);
    const all = [...tensors.values()].flatMap(({ values }) => [...values]);
    expect(all.every(Number.isFinite)).toBe(true);
    const said = Number(/([\d,]+) parameters on /.exec(cold.stdout)![1]!.replaceAll(",", ""));
    expect(all.length).toBe(said);
    expect(new Set(all).size).toBeGreaterThan(said / 2);
  });
});

describe("any number of jobs", () => {
  const project = new Project(CONFIGS.preparation, corpus(48, 240));
  beforeAll(() => void project.make());
  afterAll(() => project[Symbol.dispose]());

  it("gives the same bytes of every table up to sop-pairs", async () => {
    const one = await project.run("run", "--ui", "json", "-j", "1", "--store", "one");
    const two = await project.run("run", "--ui", "json", "-j", "2", "--store", "two");
    for (const [left, jobs] of [
      [one, 1],
      [two, 2],
    ] as const) {
      expectDone(left);
      expect(left.events[0]).toMatchObject({ type: "run-started", jobs });
      expect(partitions(left.events, "sop-pairs")).toBeGreaterThan(2);
    }
    const digests = outputDigests(join(project.folder, "one"));
    expect(Object.keys(digests).sort()).toEqual([
      "ingest.documents",
      "ingest.rejected",
      "sop-pairs.audit",
      "sop-pairs.cues",
      "sop-pairs.examples",
      "sop-pairs.tallies",
      "tokenize.sentences",
      "vocab.tokenizer",
      "vocab.vocab",
      "word-counts.normaliser",
      "word-counts.words",
    ]);
    expect(outputDigests(join(project.folder, "two"))).toEqual(digests);
    const [a, b] = ["one", "two"].map((store) => {
      const { partitions } = manifests(join(project.folder, store)).get("sop-pairs")!;
      return partitions.map(({ fingerprint }) => fingerprint);
    });
    expect(a).toEqual(b);
  });
});

function partitions(events: readonly RunEvent[], node: string): number {
  const started = events.find((event) => event.type === "node-started" && event.node === node);
  return started?.type === "node-started" ? started.partitions : 0;
}
