import { cp, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import {
  type Artifact,
  definePipeline,
  FileStore,
  type InputRows,
  inputSource,
  openInputs,
  type Pipeline,
  type Row,
  type RunEvent,
  run,
} from "../../engine/index.ts";
import { compare } from "../../stages/compare/index.ts";
import { comparison } from "../../stages/compare/tables.ts";

let folder: string;
let store: FileStore;
beforeAll(async () => {
  vi.stubEnv("EXPERIMENT_SCALE", "tiny");
  folder = await mkdtemp(join(tmpdir(), "paper-"));
  store = await FileStore.open(folder, { write: true });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await store.close();
  await rm(folder, { recursive: true });
});

async function tableOf(
  pipeline: Pipeline,
  node: string,
): Promise<readonly Row<typeof comparison.columns>[]> {
  const result = await run(pipeline, { store, inline: true, jobs: 1 });
  expect(result.failures).toEqual([]);
  return rowsOf(result.artifacts.get(node)!);
}

async function rowsOf(artifact: Artifact): Promise<readonly Row<typeof comparison.columns>[]> {
  const { table } = await openInputs({ table: inputSource(artifact, "comparison", comparison) });
  return (table as unknown as InputRows<typeof comparison.columns>).rows();
}

const measured = {
  runs: 1,
  note: "",
  masked_lm_accuracy: expect.any(Number),
  next_sentence_accuracy: expect.any(Number),
  sentence_order_accuracy: expect.any(Number),
  finetuned: expect.any(Number),
};

test.each([
  ["objectives", ["sop", "nsp"]],
  ["sharing", ["all-e32", "none-e128"]],
  ["size", ["l1-h128", "l4-h128"]],
  ["bert", ["bert", "albert-wide"]],
])(
  "the experiment %s ends in its table",
  async (name, variants) => {
    const { default: pipeline } = await import(`../../configs/${name}.config.ts`);
    const rows = await tableOf(pipeline, `compare-${name}`);
    expect(rows.map(({ variant }) => variant)).toEqual(variants);
    for (const row of rows) {
      expect(row).toMatchObject(measured);
      expect(row.estimated_parameters).toBe(row.parameters);
    }
  },
  180_000,
);

test("an experiment that was stopped goes on where it was, and ends in the same table", async () => {
  const { default: pipeline } = await import("../../configs/sharing.config.ts");
  const whole = await tableOf(pipeline, "compare-sharing");
  const other = await mkdtemp(join(tmpdir(), "paper-"));
  onTestFinished(() => rm(other, { recursive: true }));
  await cp(folder, other, { recursive: true });
  const ofVariants = /^(train|pairs|era|compare)\b/;
  for (const name of await readdir(other))
    if (ofVariants.test(name)) await rm(join(other, name), { recursive: true });
  const stopped = await FileStore.open(other, { write: true });

  // Trainings take turns, in whichever order they come to be ready: the second is stopped.
  const started: string[] = [];
  const said: string[] = [];
  const trainings = () => started.filter((name) => name.startsWith("train-"));
  const stop = new AbortController();
  const onEvent = (event: RunEvent) => {
    if (event.type === "node-started") started.push(event.node);
    if (event.type === "node-log") said.push(`${event.node}: ${event.message}`);
    if (event.type !== "node-metric" || event.node !== trainings()[1]) return;
    if (event.step >= 4) stop.abort();
  };
  const options = { store: stopped, inline: true, jobs: 1, onEvent };
  const half = await run(pipeline, { ...options, signal: stop.signal });
  expect(half.state).toBe("interrupted");
  const [first, second] = trainings() as [string, string];
  expect([first, second].sort()).toEqual(["train-all-e32-0", "train-none-e128-0"]);
  expect(half.artifacts.has(first)).toBe(true);
  const result = await run(pipeline, options);
  await stopped.close();
  expect(result.state).toBe("done");
  const variants = started.filter((name) => ofVariants.test(name));
  const twice = variants.filter((name, at) => variants.indexOf(name) !== at);
  expect(twice).toEqual([second]);
  expect(started.filter((name) => !ofVariants.test(name))).toEqual([]);
  expect(said.join("\n")).toMatch(new RegExp(`^${second}: goes on from step [4-9]`, "m"));

  const taken = /seconds|memory/;
  const reached = (rows: typeof whole) =>
    rows.map((row) => Object.entries(row).filter(([name]) => !taken.test(name)));
  expect(reached(await rowsOf(result.artifacts.get("compare-sharing")!))).toEqual(reached(whole));
}, 180_000);

test("a variant that diverges says so in its row, and the others go on", async () => {
  const { shape, variant } = await import("../../configs/paper/variant.ts");
  const model = shape({});
  const variants = [
    variant({ name: "wild", model, learningRate: 1e30 }),
    variant({ name: "spoilt", model, tuningRate: 1e30 }),
    variant({ name: "calm", model }),
  ];
  const outputs = { comparison: compare(variants).comparison };
  const rows = await tableOf(definePipeline({ name: "wild", seed: 42, outputs }), "compare");
  expect(rows).toMatchObject([
    {
      variant: "wild",
      note: expect.stringMatching(
        /^diverged: .* is (NaN|Infinity); measured as it was after step \d/,
      ),
      masked_lm_accuracy: expect.any(Number),
    },
    {
      variant: "spoilt",
      note: "fine-tuning diverged: no score",
      masked_lm_accuracy: expect.any(Number),
      finetuned: null,
    },
    { variant: "calm", ...measured },
  ]);
}, 180_000);
