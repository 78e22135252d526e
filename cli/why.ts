import {
  EXIT,
  type ExitCode,
  type NodePlan,
  type Reason,
  why as whyNode,
} from "../engine/index.ts";
import { sanitize } from "../lib/sanitize.ts";
import { checkCount, parseArguments } from "./arguments.ts";
import { type Command, pipelineOptions } from "./command.ts";
import { print } from "./io.ts";
import { knownBy } from "./known-by.ts";
import { loadConfig } from "./load-config.ts";
import { openToRead } from "./status.ts";
import { textTable } from "./text-table.ts";

/** `pipeline why NODE`: field by field what differs from the last artifact. */
export const why: Command = {
  usage: "NODE",
  description:
    "Compares what a node would be made from now with what its last artifact was made from: stage, code, each parameter, the seed, each input, each outside file, the environment.",
  options: pipelineOptions,
  examples: ["pipeline why train"],

  async run(args, io): Promise<ExitCode> {
    const { values, positionals } = parseArguments("why", args, pipelineOptions);
    checkCount("why", positionals, 1, 1, "the name of one node");
    const { pipeline, store } = await loadConfig(io.cwd, values);
    const id = positionals[0]!;
    pipeline.node(id);
    const plan = await whyNode(pipeline, await openToRead(io, store), id);
    print(io, sanitize(headline(plan)));
    if (plan.why.length > 0 && plan.why[0]!.field !== "never-run")
      print(io, textTable(["field", "name", "was", "is"], plan.why.map(row), 60));
    return EXIT.done;
  },
};

function headline(plan: NodePlan): string {
  const id = plan.node.id;
  if (plan.state === "fresh") return `${id} is fresh: ${knownBy(plan.artifact.manifest)}`;
  if (plan.last === undefined) return `${id} is stale: it has never been run`;
  const made = `its last artifact, ${plan.last.manifest.fingerprint.slice(0, 12)} of ${plan.last.manifest.finished}`;
  if (plan.state === "stale") return `${id} is stale. What differs from ${made}:`;
  const waits = `${id} reads ${plan.waitsFor.join(", ")}, which must run first`;
  return plan.why.length === 0
    ? `${waits}. Nothing else differs from ${made}.`
    : `${waits}. What else differs from ${made}:`;
}

function row({ field, name, was, is }: Reason): [string, string, string, string] {
  return [field, name, was ?? "–", is ?? "–"];
}
