import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { z } from "zod";
import { defineStage, rowTable } from "../../engine/index.ts";
import { Scheduler } from "../../engine/schedule/scheduler.ts";
import type { NodeDefinition } from "../../engine/stage.ts";
import { tempFolder } from "../rig/temp-folder.ts";

/** A stage whose partitions note how many threads they were given, and wait until they are let go. */
function noting(released: Promise<void>) {
  const threads: number[] = [];
  const { spec } = defineStage({
    name: "noting",
    module: import.meta.url,
    inputs: {},
    outputs: { rows: rowTable({ row: "int32" }) },
    params: z.object({}),
    async *run(_inputs, context) {
      threads.push(context.threads);
      await released;
      yield {};
    },
  });
  return { stage: spec as unknown as NodeDefinition["stage"], threads };
}

async function threadsOf(jobs: number, partitions: number): Promise<readonly number[]> {
  const folder = await tempFolder();
  const scheduler = new Scheduler({ jobs, inline: true, modules: [] });
  const { stage, threads } = noting(setTimeout(20));
  const hooks = { onEvent: () => {}, signal: new AbortController().signal };
  const runs = Array.from({ length: partitions }, (_, index) =>
    scheduler.run(
      stage,
      {
        node: "noting",
        module: stage.module,
        stage: stage.name,
        params: {},
        seed: 1,
        files: [],
        inputs: {},
        folder: join(folder, String(index)),
        partBytes: 1024,
      },
      hooks,
    ),
  );
  await Promise.all(runs);
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
  const folder = await tempFolder();
  const scheduler = new Scheduler({ jobs: 1, inline: true, modules: [] });
  const begun: string[] = [];
  const { spec } = defineStage({
    name: "ranked",
    module: import.meta.url,
    inputs: {},
    outputs: { rows: rowTable({ row: "int32" }) },
    params: z.object({}),
    wholeMachine: true,
    async *run(_inputs, context) {
      begun.push(context.node);
      yield {};
    },
  });
  const stage = spec as unknown as NodeDefinition["stage"];
  const hooks = { onEvent: () => {}, signal: new AbortController().signal };
  const run = (node: string, rank: number) => {
    const { module, name } = stage;
    const task = { node, module, stage: name, params: {}, seed: 1, files: [], inputs: {} };
    return scheduler.run(stage, { ...task, folder: join(folder, node), partBytes: 9 }, hooks, rank);
  };
  await Promise.all([run("began", 9), run("third", 7), run("first", 1), run("second", 4)]);
  expect(begun).toEqual(["began", "first", "second", "third"]);
});

test("beside one that runs alone nothing else does, and then what waited", async () => {
  const folder = await tempFolder();
  const scheduler = new Scheduler({ jobs: 2, inline: true, modules: [] });
  const seen: string[] = [];
  const stageOf = (wholeMachine: boolean | "alone") => {
    const { spec } = defineStage({
      name: "seen",
      module: import.meta.url,
      inputs: {},
      outputs: { rows: rowTable({ row: "int32" }) },
      params: z.object({}),
      wholeMachine,
      async *run(_inputs, context) {
        seen.push(`${context.node} begins`);
        await setTimeout(20);
        seen.push(`${context.node} ends`);
        yield {};
      },
    });
    return spec as unknown as NodeDefinition["stage"];
  };
  const hooks = { onEvent: () => {}, signal: new AbortController().signal };
  const run = (node: string, stage: NodeDefinition["stage"]) => {
    const { module, name } = stage;
    const task = { node, module, stage: name, params: {}, seed: 1, files: [], inputs: {} };
    return scheduler.run(stage, { ...task, folder: join(folder, node), partBytes: 9 }, hooks);
  };
  const before = run("before", stageOf(false));
  const alone = run("alone", stageOf("alone"));
  await setTimeout(1);
  await Promise.all([before, alone, run("after", stageOf(false))]);
  expect(seen).toEqual(
    ["before", "alone", "after"].flatMap((node) => [`${node} begins`, `${node} ends`]),
  );
});

test("what waits beside one that runs alone goes on where that fails", async () => {
  const folder = await tempFolder();
  const scheduler = new Scheduler({ jobs: 1, inline: true, modules: [] });
  const { spec } = defineStage({
    name: "failing",
    module: import.meta.url,
    inputs: {},
    outputs: { rows: rowTable({ row: "int32" }) },
    params: z.object({}),
    wholeMachine: "alone",
    // biome-ignore lint/correctness/useYield: it ends before
    async *run() {
      throw new Error("no clock");
    },
  });
  const failing = spec as unknown as NodeDefinition["stage"];
  const { stage, threads } = noting(Promise.resolve());
  const hooks = { onEvent: () => {}, signal: new AbortController().signal };
  const run = (of: NodeDefinition["stage"], node: string) => {
    const task = { node, module: of.module, stage: of.name, params: {}, seed: 1, files: [] };
    const own = { ...task, inputs: {}, folder: join(folder, node), partBytes: 9 };
    return scheduler.run(of, own, hooks);
  };
  const alone = run(failing, "failing");
  const waiting = run(stage, "noting");
  await expect(alone).rejects.toThrow("no clock");
  await waiting;
  expect(threads).toEqual([1]);
});
