import {
  EXIT,
  type ExitCode,
  followEvents,
  type RunEvent,
  type RunStarted,
} from "../engine/index.ts";
import { isGone } from "./alive.ts";
import { checkCount, parseArguments } from "./arguments.ts";
import { chooseUi, type Ui, uiOptions } from "./choose-ui.ts";
import { type Command, pipelineOptions } from "./command.ts";
import type { DashboardReporter } from "./dashboard/open.ts";
import { type Io, print, tell } from "./io.ts";
import { logOf, storeOf } from "./run-log.ts";
import { Watched } from "./watched.ts";

/** A run whose process is gone says nothing more; it may have written its last lines just before, in ms. */
const QUIET_MS = 1000;

const options = {
  ...uiOptions,
  ...pipelineOptions,
} as const;

/** `pipeline watch`: the dashboard of a run of another process, or of one that is over, by its event log. */
export const watch: Command = {
  usage: "[RUN]",
  description:
    "Shows a run that goes on in another terminal, or one that is over: the newest, or the one whose name begins with RUN. Leaving the dashboard does not stop the run. Where there is no terminal it prints the run's lines until it ends, and exits as the run did.",
  options,
  examples: ["pipeline watch", "pipeline watch 20261128T18", "pipeline watch --ui json | jq .type"],

  async run(args, io): Promise<ExitCode> {
    const { values, positionals } = parseArguments("watch", args, options);
    checkCount("watch", positionals, 0, 1, "the name of one run");
    const ui = chooseUi(io, values.ui);
    const log = await logOf(io.cwd, storeOf(io.cwd, values), positionals[0]);
    return ui === "tui"
      ? await watchInDashboard(io, log, values.ascii === true)
      : await watchInLines(io, log, ui);
  },
};

async function watchInLines(io: Io, log: string, ui: Exclude<Ui, "tui">): Promise<ExitCode> {
  const { lineReporter } = await import("./line-reporter.ts");
  using reporter = await lineReporter(io, ui);
  const watched = new Watched();
  for await (const { event, gone } of followed(log, new AbortController().signal)) {
    if (event !== undefined) {
      watched.add(event);
      reporter.report(event);
    }
    if (gone !== undefined) {
      tell(io, gone);
      return EXIT.failed;
    }
  }
  if (ui === "plain") print(io, `\n${watched.summary(io)}`);
  return watched.exitCode;
}

async function watchInDashboard(io: Io, log: string, ascii: boolean): Promise<ExitCode> {
  const { dashboardReporter } = await import("./dashboard/open.ts");
  const watched = new Watched();
  const left = new AbortController();
  const leave = () => left.abort();
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, leave);
  try {
    using dashboard: DashboardReporter = await dashboardReporter(io, {
      ascii,
      watching: true,
      onStop: leave,
    });
    for await (const { event, gone } of followed(log, left.signal)) {
      if (event !== undefined) {
        watched.add(event);
        dashboard.report(event);
      }
      if (gone !== undefined) dashboard.cut(gone);
    }
    if (!left.signal.aborted)
      await new Promise((resolve) =>
        left.signal.addEventListener("abort", resolve, { once: true }),
      );
  } finally {
    for (const signal of signals) process.off(signal, leave);
  }
  print(io, watched.summary(io));
  return EXIT.done;
}

interface Heard {
  readonly event: RunEvent | undefined;
  /** Why nothing more is to be heard. */
  readonly gone: string | undefined;
}

/** A run's events as they are written, and a word where its process is gone without having ended it. */
async function* followed(log: string, signal: AbortSignal): AsyncGenerator<Heard> {
  let started: RunStarted | undefined;
  let heardAt = Date.now();
  for await (const { event } of followEvents(log, signal)) {
    if (event !== undefined) {
      heardAt = Date.now();
      if (event.type === "run-started") started = event;
      yield { event, gone: undefined };
      continue;
    }
    if (started === undefined || Date.now() - heardAt < QUIET_MS || !isGone(started)) continue;
    const gone = `The run was cut off: its process ${started.pid} is gone. What it finished is kept; pipeline run goes on from there.`;
    yield { event: undefined, gone };
    return;
  }
}
