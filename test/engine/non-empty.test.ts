import { writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { z } from "zod";
import { definePipeline, defineStage, EXIT, makeBatch, table } from "../../engine/index.ts";
import { Rig } from "../rig/rig.ts";

const kept = table({ line: "utf8" }, { nonEmpty: "no line is long enough" });
const short = table({ line: "utf8" });

/** Sorts the lines of a file by length: those of 5 letters or more are kept. */
function filtering(path: string, others: readonly string[] = []) {
  const sift = defineStage({
    name: "sift",
    module: new URL("../rig/empty-stage.ts", import.meta.url).href,
    inputs: {},
    outputs: { kept, short },
    params: z.object({}),
    files: async () => [path, ...others].map((file, index) => ({ path: file, name: `${index}` })),
    async *run(_inputs, { files }) {
      const { readFile } = await import("node:fs/promises");
      for (const file of files) {
        const lines = (await readFile(file.path, "utf8")).slice(0, 100).split("\n");
        for (const line of lines) {
          if (line.length >= 5) yield { kept: makeBatch(kept, { line: [line] }) };
          else yield { short: makeBatch(short, { line: [line] }) };
        }
      }
    },
  });
  const outputs = sift({});
  return definePipeline({ name: "sifting", seed: 1, outputs: { ...outputs } });
}

test("a table that must have rows and has none fails its node, which leaves nothing", async () => {
  const rig = await Rig.create();
  const path = await rig.file("lines", "a\nbc");
  const { state, exitCode, failures, artifacts } = await rig.run(filtering(path));
  expect({ state, exitCode, artifacts: artifacts.size }).toEqual({
    state: "failed",
    exitCode: EXIT.failed,
    artifacts: 0,
  });
  expect(failures).toEqual([
    {
      node: "sift",
      error: {
        message: "no line is long enough",
        where: "sift, output kept",
        expected: "at least one row",
        got: "none",
        exitCode: EXIT.failed,
      },
    },
  ]);
  await writeFile(path, "a\nlonger");
  expect((await rig.run(filtering(path))).state).toBe("done");
});

test("one row in any partition is enough, and a table that may be empty may be", async () => {
  const rig = await Rig.create();
  const short = await rig.file("short", "a\n".padEnd(600_000));
  const long = await rig.file("long", "longer".padEnd(600_000));
  const { state, artifacts } = await rig.run(filtering(short, [long]));
  expect(state).toBe("done");
  const { partitions } = artifacts.get("sift")!.manifest;
  expect(partitions.map(({ outputs }) => outputs["kept"]![0]!.rows)).toEqual([1, 1]);
});
