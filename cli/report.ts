import { writeFile } from "node:fs/promises";
import { basename, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { EXIT, type ExitCode, PipelineError } from "../engine/index.ts";
import { formatBytes } from "../lib/format.ts";
import { sanitize } from "../lib/sanitize.ts";
import { checkCount, parseArguments } from "./arguments.ts";
import { type Command, pipelineOptions } from "./command.ts";
import { print, tell } from "./io.ts";
import { loadConfig } from "./load-config.ts";
import { openToRead } from "./status.ts";

const OUTPUT = "report.html";

const options = {
  output: {
    type: "string",
    short: "o",
    value: "FILE",
    description: `where to write it, ${OUTPUT} by default; - is standard output`,
  },
  run: {
    type: "string",
    value: "RUN",
    description: "of this run, as `pipeline runs` names it; of the last one by default",
  },
  ...pipelineOptions,
} as const;

/** `pipeline report`: one HTML file that says what was done and what came of it. */
export const report: Command = {
  usage: "",
  description:
    "Writes one HTML file that needs no network: scores beside their baselines, the graph with times and what was cached, training curves, the corpus, the vocabulary, examples as a person reads them, and what everything was made from. Runs nothing.",
  options,
  examples: [
    "pipeline report",
    "pipeline report -o results/first.html",
    "pipeline report -o - | gzip > report.html.gz",
  ],

  async run(args, io): Promise<ExitCode> {
    const { values, positionals } = parseArguments("report", args, options);
    checkCount("report", positionals, 0, 0, "no argument");
    const { pipeline, store: folder } = await loadConfig(io.cwd, values);
    const store = await openToRead(io, folder);
    const [{ collectReport, openSource, renderPage }, { runOf }, { ownVersion }] =
      await Promise.all([
        import("../report/index.ts"),
        import("./runs/find.ts"),
        import("./version.ts"),
      ]);
    const run = await runOf(io.cwd, store.root, values.run, pipeline.name);
    const source = await openSource(pipeline, store, run);
    if (source.artifacts.size === 0 && run === undefined)
      throw new PipelineError("nothing has been run yet", {
        where: store.root,
        hint: "pipeline run, then pipeline report",
      });
    const collected = await collectReport(source);
    for (const problem of collected.problems) tell(io, `note: left out: ${sanitize(problem)}`);
    const page = await renderPage(collected, { version: ownVersion(), now: new Date() });
    if (values.output === "-") {
      io.stdout.write(page);
      return EXIT.done;
    }
    const file = resolve(io.cwd, values.output ?? OUTPUT);
    await write(file, page);
    const shown = relative(io.cwd, file).startsWith("..") ? file : relative(io.cwd, file);
    print(io, `${sanitize(shown)}  ${formatBytes(Buffer.byteLength(page))}`);
    print(io, `open it in a browser: ${pathToFileURL(file).href}`);
    return EXIT.done;
  },
};

async function write(file: string, page: string): Promise<void> {
  try {
    await writeFile(file, page);
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    throw new PipelineError(`${basename(file)} cannot be written`, {
      where: file,
      expected: "a file in a folder that is there and may be written to",
      got: code === "ENOENT" ? "no such folder" : code === "EISDIR" ? "a folder" : code,
      hint: "name another with -o FILE",
      exitCode: EXIT.usage,
    });
  }
}
