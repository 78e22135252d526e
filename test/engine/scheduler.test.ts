import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { z } from "zod";
import { defineStage, rowTable } from "../../engine/index.ts";
import { Scheduler } from "../../engine/schedule/scheduler.ts";
import type { NodeDefinition } from "../../engine/stage.ts";
import { tempFolder } from "../rig/temp-folder.ts";

type Stage = NodeDefinition["stage"];

/** A stage that does this in each partition, and makes no rows. */
function stageOf(
  partition: (context: { readonly node: string; readonly threads: number }) => Promise<void>,
  wholeMachine: boolean | "alone" = false,
): Stage {
  const { spec } = defineStage({
    name: "stage",
    module: import.meta.url,
    inputs: {},
    outputs: { rows: rowTable({ row: "int32" }) },
    params: z.object({}),
    wholeMachine,
    async *run(_inputs, context) {
      await partition(context);
      yield {};
    },
  });
  return spec as unknown as Stage;
}

/** Has a scheduler run one partition of a stage as a node. */
async function running(jobs: number) {
  const folder = await tempFolder();
  const scheduler = new Scheduler({ jobs, inline: true, modules: [] });
  const hooks = { onEvent: () => {}, signal: new AbortController().signal };
  return (stage: Stage, node: string, rank?: number) => {
    const { module, name } = stage;
    const task = { node, module, stage: name, params: {}, seed: 1, files: [], inputs: {} };
    const own = { ...task, folder: join(folder, node), partBytes: 1024 };
    return scheduler.run(stage, own, hooks, rank);
  };
}

/** The threads that so many partitions were given, which end together. */
async function threadsOf(jobs: number, partitions: number): Promise<readonly number[]> {
  const run = await running(jobs);
  const threads: number[] = [];
  const released = setTimeout(20);
  const stage = stageOf(async (context) => {
    threads.push(context.threads);
    await released;
  });
  await Promise.all(Array.from({ length: partitions }, (_, index) => run(stage, String(index))));
  return threads;
}

test.each([
  [8, 1, [8]],
  [8, 3, [2, 2, 2]],
  [2, 2, [1, 1]],
  [1, 2, [1, 1]],
])("of %i jobs %i partitions get %j threads", async (jobs, partitions, expected) => {
  expect(await threadsOf(jobs, partitions)).toEqual(expected);
});

test("what is left at the end gets what the others no longer use", async () => {
  const threads = await threadsOf(2, 5);
  expect(threads.slice(0, 4)).toEqual([1, 1, 1, 1]);
  expect(threads[4]).toBeGreaterThanOrEqual(1);
  expect(threads[4]).toBeLessThanOrEqual(2);
});

test("of what waits for its turn the least rank goes first", async () => {
  const run = await running(1);
  const begun: string[] = [];
  const stage = stageOf(async ({ node }) => void begun.push(node), true);
  await Promise.all([
    run(stage, "began", 9),
    run(stage, "third", 7),
    run(stage, "first", 1),
    run(stage, "second", 4),
  ]);
  expect(begun).toEqual(["began", "first", "second", "third"]);
});

test("beside one that runs alone nothing else does, and then what waited", async () => {
  const run = await running(2);
  const seen: string[] = [];
  const noted = async ({ node }: { readonly node: string }) => {
    seen.push(`${node} begins`);
    await setTimeout(20);
    seen.push(`${node} ends`);
  };
  const before = run(stageOf(noted), "before");
  const alone = run(stageOf(noted, "alone"), "alone");
  await setTimeout(1);
  await Promise.all([before, alone, run(stageOf(noted), "after")]);
  expect(seen).toEqual(
    ["before", "alone", "after"].flatMap((node) => [`${node} begins`, `${node} ends`]),
  );
});

test("what waits beside one that runs alone goes on where that fails", async () => {
  const run = await running(1);
  const threads: number[] = [];
  const failing = stageOf(async () => {
    throw new Error("no clock");
  }, "alone");
  const alone = run(failing, "failing");
  const waiting = run(
    stageOf(async (context) => void threads.push(context.threads)),
    "waiting",
  );
  await expect(alone).rejects.toThrow("no clock");
  await waiting;
  expect(threads).toEqual([1]);
});
