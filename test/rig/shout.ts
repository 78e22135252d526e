import { z } from "zod";
import { defineStage, folder, makeBatch, rowTable, table, viewBatch } from "../../engine/index.ts";
import { shouted } from "./shouted.ts";

const lines = table({ line: "utf8" }, { cutBy: "line" });

/** Reads lines of files. */
export const readLines = defineStage({
  name: "read-lines",
  module: import.meta.url,
  inputs: {},
  outputs: { lines },
  params: z.object({ files: z.array(z.object({ path: z.string(), name: z.string() })) }),
  files: async ({ files }) => files,
  async *run(_inputs, context) {
    const { readFile } = await import("node:fs/promises");
    for (const { path } of context.files) {
      const text = await readFile(path, "utf8");
      yield { lines: makeBatch(lines, { line: text.split("\n") }) };
    }
  },
});

/** What a test may make `shout` do. */
const mischief = z.enum(["none", "fail", "bug", "exit", "print", "spin", "hang"]);

/** Maps lines to upper case, with a little of everything that a stage can say. */
export const shout = defineStage({
  name: "shout",
  module: import.meta.url,
  inputs: { lines },
  outputs: { lines, counts: rowTable({ first: "utf8", rows: "int32" }) },
  params: z.object({ mischief: mischief.default("none") }),
  partitionBy: "lines",
  async *run(inputs, context) {
    const { PipelineError } = await import("../../engine/index.ts");
    const { params, signal } = context;
    if (params.mischief === "fail")
      throw new PipelineError("a bad line", { where: "line 3", hint: "mend it", exitCode: 5 });
    if (params.mischief === "bug") throw new TypeError("undefined is not a line");
    if (params.mischief === "exit") process.exit(9);
    if (params.mischief === "print") console.log("printed by a library");
    let rows = 0;
    for await (const batch of inputs.lines.batches()) {
      const { line } = viewBatch(lines, batch);
      const loud = Array.from({ length: batch.numRows }, (_, row) => shouted(line.get(row)));
      rows += batch.numRows;
      context.progress(rows, inputs.lines.rows, "lines");
      context.metric(rows, { rows });
      yield { lines: makeBatch(lines, { line: loud }), counts: { first: loud[0] ?? "", rows } };
    }
    if (params.mischief === "hang") await new Promise(() => {});
    while (params.mischief === "spin" && !signal.aborted)
      await new Promise((resolve) => setTimeout(resolve, 5));
  },
});

/** Writes every line to one file of a folder, with every core; says by whom it is run. */
export const print = defineStage({
  name: "print",
  module: import.meta.url,
  inputs: { lines },
  outputs: { files: folder() },
  params: z.object({ mischief: z.enum(["none", "kill", "throw later", "hang"]).default("none") }),
  wholeMachine: true,
  async *run(inputs, context) {
    const { appendFile } = await import("node:fs/promises");
    context.log("info", `process ${process.pid} of ${process.ppid}`);
    const { mischief } = context.params;
    if (mischief === "kill") process.kill(process.pid, "SIGKILL");
    if (mischief === "throw later")
      setImmediate(() => {
        throw new RangeError("thrown by nobody's call");
      });
    if (mischief !== "none") await new Promise((resolve) => setTimeout(resolve, 60_000));
    for await (const batch of inputs.lines.batches()) {
      const { line } = viewBatch(lines, batch);
      const text = Array.from({ length: batch.numRows }, (_, row) => line.get(row)).join("\n");
      await appendFile(`${context.folder("files")}/lines.txt`, `${text}\n`);
    }
    context.log("info", `threads ${context.threads}`);
  },
});
