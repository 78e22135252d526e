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
