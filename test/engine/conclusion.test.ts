import { writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { z } from "zod";
import {
  definePipeline,
  defineStage,
  makeBatch,
  PipelineError,
  rowTable,
  table,
} from "../../engine/index.ts";
import { digests, Rig } from "../rig/rig.ts";

const lines = table({ line: "utf8" });
const total = rowTable({ lines: "int32", parts: "int32" });
const runs = { partitions: 0, conclusions: 0 };

/** Reads the lines of files, a partition a file of half a megabyte, and in the end counts all of them. */
function counting(paths: readonly string[], atLeast = 0) {
  const count = defineStage({
    name: "count",
    module: new URL("../rig/empty-stage.ts", import.meta.url).href,
    inputs: {},
    outputs: { lines, total },
    params: z.object({ atLeast: z.int() }),
    files: async () => paths.map((path, index) => ({ path, name: `${index}` })),
    async *run(_inputs, { files }) {
      runs.partitions++;
      const { readFile } = await import("node:fs/promises");
      for (const { path } of files)
        yield {
          lines: makeBatch(lines, { line: (await readFile(path, "utf8")).trimEnd().split("\n") }),
        };
    },
    conclusion: {
      reads: ["lines"],
      writes: ["total"],
      async *run(made, { params, log }) {
        runs.conclusions++;
        let count = 0;
        for await (const batch of made.lines.batches()) count += batch.numRows;
        if (count < params.atLeast) throw new PipelineError(`${count} lines are too few`);
        log("info", `${count} lines`);
        yield { total: { lines: count, parts: made.lines.parts.length } };
      },
    },
  });
  const outputs = count({}, { atLeast });
  return definePipeline({ name: "counting", seed: 1, outputs: { ...outputs } });
}

async function twoFiles(rig: Rig) {
  return [
    await rig.file("one", "a\nb\n".padEnd(600_000)),
    await rig.file("two", "c\n".padEnd(600_000)),
  ];
}

test("what a stage concludes is made of all partitions, once, and is part of the artifact", async () => {
  const rig = await Rig.create();
  const { state, events, artifacts } = await rig.run(counting(await twoFiles(rig)));
  expect(state).toBe("done");
  const { partitions } = artifacts.get("count")!.manifest;
  expect(partitions.map(({ key }) => key)).toEqual(["0", "1", "conclusion"]);
  expect(partitions.map(({ outputs }) => outputs["lines"]!.length)).toEqual([1, 1, 0]);
  expect(partitions.map(({ outputs }) => outputs["total"]!.length)).toEqual([0, 0, 1]);
  const rows = events.flatMap((event) => (event.type === "node-row" ? [event.row] : []));
  expect(rows).toEqual([{ lines: 3, parts: 2 }]);
  expect(events.some((event) => event.type === "node-log" && event.message === "3 lines")).toBe(
    true,
  );
});

test("an edit reruns its partition and the conclusion; what is unchanged reruns neither", async () => {
  const rig = await Rig.create();
  const paths = await twoFiles(rig);
  const first = await rig.run(counting(paths));
  Object.assign(runs, { partitions: 0, conclusions: 0 });
  expect(digests((await rig.run(counting(paths))).artifacts)).toEqual(digests(first.artifacts));
  expect(runs).toEqual({ partitions: 0, conclusions: 0 });
  await writeFile(paths[1]!, "c\nd\n".padEnd(600_000));
  const { state, events } = await rig.run(counting(paths));
  expect([state, runs]).toEqual(["done", { partitions: 1, conclusions: 1 }]);
  const rows = events.flatMap((event) => (event.type === "node-row" ? [event.row] : []));
  expect(rows).toEqual([{ lines: 4, parts: 2 }]);
});

test("a conclusion that throws fails the node, leaves no artifact and keeps the partitions", async () => {
  const rig = await Rig.create();
  const paths = await twoFiles(rig);
  const { state, failures, artifacts } = await rig.run(counting(paths, 4));
  expect({ state, artifacts: artifacts.size }).toEqual({ state: "failed", artifacts: 0 });
  expect(failures.map(({ error }) => error.message)).toEqual(["3 lines are too few"]);
  await writeFile(paths[1]!, "c\nd\n".padEnd(600_000));
  Object.assign(runs, { partitions: 0, conclusions: 0 });
  expect((await rig.run(counting(paths, 4))).state).toBe("done");
  expect(runs).toEqual({ partitions: 1, conclusions: 1 });
});
