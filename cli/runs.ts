import { EXIT, type ExitCode, runLogs, suggest } from "../engine/index.ts";
import { sanitize } from "../lib/sanitize.ts";
import { checkCount, parseArguments, usage } from "./arguments.ts";
import { type Command, pipelineOptions } from "./command.ts";
import { type Io, print, tell } from "./io.ts";
import { storeOf } from "./run-log.ts";
import { openToRead } from "./status.ts";

const ACTIONS = ["list", "show", "diff"];

const options = {
  json: { type: "boolean", description: "what is known of the runs as one JSON document" },
  ...pipelineOptions,
} as const;

/** `pipeline runs`: looks back at runs by their logs, without loading a config. */
export const runs: Command = {
  usage: "[list | show [RUN] | diff [RUN [RUN]]]",
  description:
    "Lists the runs on record, shows one, or says what differs between two: parameters, times and scores. RUN is a run's name or the beginning of it, `latest`, or ~N for the Nth before it; diff compares the last two by default.",
  options,
  examples: [
    "pipeline runs",
    "pipeline runs show",
    "pipeline runs diff",
    "pipeline runs diff ~3 latest",
  ],

  async run(args, io): Promise<ExitCode> {
    const { values, positionals } = parseArguments("runs", args, options);
    const [action = "list", ...words] = positionals;
    if (!ACTIONS.includes(action))
      throw usage(`runs does not know ${action}`, { hint: suggest(action, ACTIONS) });
    const most = ACTIONS.indexOf(action);
    checkCount("runs", words, 0, most, most === 1 ? "one run" : "two runs");
    const folder = storeOf(io.cwd, values);
    if (action === "list") return list(io, await runLogs(folder), values.json === true);
    const { findLog } = await import("./runs/find.ts");
    const wanted =
      action === "show" ? [words[0] ?? "latest"] : [words[0] ?? "~1", words[1] ?? "latest"];
    const found = await Promise.all(wanted.map((each) => findLog(io.cwd, folder, each)));
    const { readRun } = await import("../report/run-facts.ts");
    const { scoresOf } = await import("./runs/scores.ts");
    const store = await openToRead(io, folder);
    const scored = await Promise.all(
      found.map(async (log) => {
        const run = await readRun(log);
        if (run === undefined)
          throw usage("the log does not say how its run began", { where: log });
        return { run, scores: await scoresOf(store, run) };
      }),
    );
    if (values.json === true) print(io, JSON.stringify(scored));
    else if (action === "show") {
      const { showText } = await import("./runs/show.ts");
      print(io, showText(scored[0]!.run, scored[0]!.scores));
    } else {
      const { diffText } = await import("./runs/diff.ts");
      print(io, diffText(scored[0]!, scored[1]!));
    }
    return EXIT.done;
  },
};

async function list(io: Io, logs: readonly string[], json: boolean): Promise<ExitCode> {
  const { readRun } = await import("../report/run-facts.ts");
  const found = await Promise.all(
    logs.map((log) =>
      readRun(log).catch((error: Error) => {
        tell(io, `note: passed over ${sanitize(`${log}: ${error.message}`)}`);
        return undefined;
      }),
    ),
  );
  const known = found.filter((run) => run !== undefined);
  if (json) print(io, JSON.stringify(known.map(({ nodes: _, ...run }) => run)));
  else if (known.length === 0) print(io, "no run is on record: pipeline run");
  else print(io, (await import("./runs/list.ts")).listText(known));
  return EXIT.done;
}
