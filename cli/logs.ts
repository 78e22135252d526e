import {
  EXIT,
  type ExitCode,
  followEvents,
  PipelineError,
  type RunEvent,
  readEvents,
  runLogs,
  suggest,
} from "../engine/index.ts";
import { sanitize } from "../lib/sanitize.ts";
import { checkCount, parseArguments, parseCount } from "./arguments.ts";
import { type Command, pipelineOptions } from "./command.ts";
import { type Io, print } from "./io.ts";
import { PlainLines } from "./plain-lines.ts";
import { logOf, storeOf } from "./run-log.ts";

const options = {
  follow: { type: "boolean", short: "f", description: "go on as more is said, until the run ends" },
  tail: { type: "string", short: "n", value: "N", description: "only the last N lines" },
  run: {
    type: "string",
    value: "RUN",
    description: "a run by the beginning of its name; by default the newest that made NODE",
  },
  ...pipelineOptions,
} as const;

/** `pipeline logs`: what a node said in a run. */
export const logs: Command = {
  usage: "[NODE]",
  description:
    "Prints what a node said and did in the newest run that made it, with the time of day: why it ran, its log, progress and metrics now and then, how it ended. Without NODE all nodes of the newest run.",
  options,
  examples: ["pipeline logs train", "pipeline logs train -f", "pipeline logs -n 20"],

  async run(args, io): Promise<ExitCode> {
    const { values, positionals } = parseArguments("logs", args, options);
    checkCount("logs", positionals, 0, 1, "the name of one node");
    const tail = values.tail === undefined ? undefined : parseCount("--tail", values.tail);
    const node = positionals[0];
    const store = storeOf(io.cwd, values);
    const follow = values.follow === true;
    const log =
      values.run !== undefined || node === undefined
        ? await logOf(io.cwd, store, values.run)
        : await logThatMade(io, store, node, follow);
    const said = new Said(node);
    const past: string[] = [];
    let live = tail === undefined;
    const keep = (line: string): void => {
      if (live) print(io, line);
      else past.push(line);
    };
    const flush = (): void => {
      for (const line of past.slice(-(tail ?? 0))) print(io, line);
      past.length = 0;
      live = true;
    };
    const events = follow ? followEvents(log, new AbortController().signal) : read(log);
    for await (const { event } of events) {
      if (event === undefined) flush();
      else for (const line of said.lines(event)) keep(line);
      if (event !== undefined && said.over) break;
    }
    if (!live) flush();
    return EXIT.done;
  },
};

async function* read(log: string): AsyncGenerator<{ readonly event: RunEvent }> {
  for await (const event of readEvents(log)) yield { event };
}

/** The lines of one node, or of all. Throws a PipelineError (exit 2) where the run has no such node. */
class Said {
  readonly #node: string | undefined;
  readonly #plain = new PlainLines();
  /** Whether the node has ended, so that it says nothing more. */
  over = false;

  constructor(node: string | undefined) {
    this.#node = node;
  }

  lines(event: RunEvent): readonly string[] {
    if (event.type === "run-started") this.#check(event.nodes.map(({ id }) => id));
    const own = this.#node === undefined || ("node" in event && event.node === this.#node);
    if (!own) return [];
    const ended = event.type === "node-finished" || event.type === "node-failed";
    this.over = this.#node !== undefined && ended;
    const line = this.#plain.line(event);
    return line === undefined ? [] : [`${clock(event.time)} ${sanitize(line)}`];
  }

  #check(ids: readonly string[]): void {
    if (this.#node === undefined || ids.includes(this.#node)) return;
    throw new PipelineError(`the run has no node ${this.#node}`, {
      hint: suggest(this.#node, ids),
      exitCode: EXIT.usage,
    });
  }
}

/** The log of the newest run that made a node; the newest of all where none did, or where it is followed and not over. */
async function logThatMade(io: Io, store: string, node: string, follow: boolean): Promise<string> {
  const newest = await logOf(io.cwd, store, undefined);
  for (const log of await runLogs(store)) {
    let over = false;
    for await (const event of readEvents(log)) {
      if (event.type === "node-started" && event.node === node) return log;
      over ||= event.type === "run-finished";
    }
    if (follow && !over && log === newest) return log;
  }
  return newest;
}

/** Time of day, `14:03:09`. */
function clock(time: number): string {
  return new Date(time).toTimeString().slice(0, 8);
}
