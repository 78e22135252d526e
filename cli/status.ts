import {
  describeReasons,
  EXIT,
  type ExitCode,
  FileStore,
  type NodePlan,
  plan,
} from "../engine/index.ts";
import { checkCount, parseArguments } from "./arguments.ts";
import { type Command, pipelineOptions } from "./command.ts";
import { type Io, print, tell } from "./io.ts";
import { knownBy } from "./known-by.ts";
import { loadConfig } from "./load-config.ts";
import { textTable } from "./text-table.ts";

const options = {
  json: {
    type: "boolean",
    description: "one JSON document: nodes with state, fingerprint and reasons",
  },
  "exit-code": { type: "boolean", description: "exit with 3 where a node is stale" },
  ...pipelineOptions,
} as const;

/** `pipeline status`: what a run would do, without running it. */
export const status: Command = {
  usage: "",
  description:
    "Says of every node whether its artifact is up to date, and why or why not. Runs nothing.",
  options,
  examples: ["pipeline status", "pipeline status --exit-code || pipeline run"],

  async run(args, io): Promise<ExitCode> {
    const { values, positionals } = parseArguments("status", args, options);
    checkCount("status", positionals, 0, 0, "no argument");
    const { pipeline, store } = await loadConfig(io.cwd, values);
    const plans = await plan(pipeline, await openToRead(io, store));
    if (values.json === true)
      print(io, JSON.stringify({ pipeline: pipeline.name, store, nodes: plans.map(asJson) }));
    else print(io, planTable(plans));
    const stale = plans.some(({ state }) => state !== "fresh");
    return stale && values["exit-code"] === true ? EXIT.stale : EXIT.done;
  },
};

/** Opens a store without its lock, so that it can be looked at while a run writes to it. */
export function openToRead(io: Io, store: string): Promise<FileStore> {
  return FileStore.open(store, { write: false, note: (message) => tell(io, `note: ${message}`) });
}

/** A plan as a table: node, state, why. */
export function planTable(plans: readonly NodePlan[]): string {
  return textTable(
    ["node", "state", "why"],
    plans.map((each) => [each.node.id, each.state, reasonsOf(each)]),
    100,
  );
}

function reasonsOf(each: NodePlan): string {
  if (each.state === "fresh") return knownBy(each.artifact.manifest);
  if (each.state === "stale") return describeReasons(each.why);
  const known = describeReasons(each.why);
  return `reads ${each.waitsFor.join(", ")}${known === "" ? "" : `; ${known}`}`;
}

function asJson(each: NodePlan): object {
  return {
    node: each.node.id,
    stage: each.node.stage.name,
    state: each.state,
    fingerprint: each.state === "waiting" ? null : each.work.fingerprint,
    why: each.why,
    ...(each.state === "waiting" && { waitsFor: each.waitsFor }),
    ...(each.state === "fresh" && { folder: each.artifact.folder }),
  };
}
