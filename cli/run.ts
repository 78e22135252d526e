import {
  EXIT,
  type ExitCode,
  FileStore,
  type ParamSetting,
  type Pipeline,
  run as runPipeline,
} from "../engine/index.ts";
import { parseArguments, parseCount, usage } from "./arguments.ts";
import { chooseUi, type Ui, uiOptions } from "./choose-ui.ts";
import { type Command, pipelineOptions } from "./command.ts";
import { type Io, print, tell } from "./io.ts";
import { loadConfig } from "./load-config.ts";
import type { Reporter } from "./reporter.ts";
import { Stopping } from "./stopping.ts";

/** Where standard output is not a terminal. */
const WIDTH = 120;

const options = {
  force: {
    type: "boolean",
    description: "make the named nodes, or all, again though they are fresh",
  },
  "dry-run": { type: "boolean", description: "say what would run and why, and run nothing" },
  set: {
    type: "string",
    multiple: true,
    value: "NODE.PARAM=VALUE",
    description: "change a parameter for this run; may be given again",
  },
  jobs: {
    type: "string",
    short: "j",
    value: "N",
    description: "partitions that run at once; changes no output",
  },
  ...uiOptions,
  ...pipelineOptions,
} as const;

/** `pipeline run`: brings nodes up to date. */
export const run: Command = {
  usage: "[NODE…]",
  description:
    "Brings the named nodes and what they need up to date, or all. Ctrl-C stops once the work in hand is safe, a second one at once; what is finished stays.",
  options,
  examples: [
    "pipeline run",
    "pipeline run train --set train.numTrainSteps=200",
    "pipeline run --dry-run",
    "pipeline run --ui json > events.jsonl",
  ],

  async run(args, io): Promise<ExitCode> {
    const { values, positionals: only } = parseArguments("run", args, options);
    const ui = chooseUi(io, values.ui);
    const jobs = values.jobs === undefined ? undefined : parseCount("--jobs", values.jobs);
    const settings = (values.set ?? []).map(parseSetting);
    const config = await loadConfig(io.cwd, values);
    const pipeline = settings.length === 0 ? config.pipeline : config.pipeline.withParams(settings);
    for (const id of only) pipeline.node(id);
    const force = values.force !== true ? [] : only.length === 0 ? "all" : only;
    if (values["dry-run"] === true) {
      const { dryRun } = await import("./dry-run.ts");
      print(io, await dryRun(io, pipeline, config.store, only, force));
      return EXIT.done;
    }
    return execute(io, pipeline, config.store, {
      ui,
      ascii: values.ascii === true,
      only,
      force,
      ...(jobs !== undefined && { jobs }),
    });
  },
};

interface Execution {
  readonly ui: Ui;
  readonly ascii: boolean;
  readonly only: readonly string[];
  readonly force: "all" | readonly string[];
  readonly jobs?: number;
}

async function execute(
  io: Io,
  pipeline: Pipeline,
  folder: string,
  { ui, ascii, ...execution }: Execution,
): Promise<ExitCode> {
  // Loaded before it can be interrupted: Ctrl-C also ends the child process that reads TypeScript sources.
  const [{ RunRecord }, { summary }, { describeError }] = await Promise.all([
    import("./run-record.ts"),
    import("./summary.ts"),
    import("./show-error.ts"),
  ]);
  const note = (message: string): void => tell(io, `note: ${message}`);
  const store = await FileStore.open(folder, { write: true, note });
  const record = new RunRecord();
  let reporter: Reporter | undefined;
  using stopping = new Stopping((times) => {
    if (times === 1) return reporter?.stopping();
    reporter?.[Symbol.dispose]();
    tell(io, "Stopping now.");
  });
  io.unread.addEventListener("abort", () => stopping.ask(EXIT.interrupted));
  try {
    reporter = await openReporter(io, ui, ascii, () => stopping.ask(EXIT.interrupted));
    const result = await runPipeline(pipeline, {
      ...execution,
      store,
      signal: stopping.signal,
      onEvent: (event) => {
        record.add(event);
        reporter?.report(event);
      },
    });
    reporter[Symbol.dispose]();
    if (ui !== "json") {
      const width = io.stdout.isTTY ? io.stdout.columns : WIDTH;
      print(io, `\n${await summary(pipeline, record, result, { cwd: io.cwd, width })}`);
    }
    for (const { node, error } of result.failures)
      tell(io, `\n${describeError({ ...error, message: `${node}: ${error.message}` })}`);
    return result.state === "interrupted"
      ? (stopping.exitCode ?? result.exitCode)
      : result.exitCode;
  } finally {
    reporter?.[Symbol.dispose]();
    await store.close();
  }
}

async function openReporter(io: Io, ui: Ui, ascii: boolean, onStop: () => void): Promise<Reporter> {
  if (ui !== "tui") return (await import("./line-reporter.ts")).lineReporter(io, ui);
  const { dashboardReporter } = await import("./dashboard/open.ts");
  return dashboardReporter(io, { ascii, watching: false, onStop });
}

function parseSetting(text: string): ParamSetting {
  const [, path = "", value = ""] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  const [node = "", ...param] = path.split(".");
  if (node === "" || param.length === 0 || param.includes(""))
    throw usage("--set cannot be read", { expected: "NODE.PARAM=VALUE", got: text });
  return { node, path: param, value };
}
