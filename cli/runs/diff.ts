import { formatNumber, formatSeconds } from "../../lib/format.ts";
import { sanitize } from "../../lib/sanitize.ts";
import type { NodeFacts, RunFacts } from "../../report/run-facts.ts";
import { textTable } from "../text-table.ts";
import { flatParams } from "./flat-params.ts";
import { stateOf, timeText } from "./list.ts";
import type { RunScore } from "./scores.ts";

/** A run with its scores. */
export interface Scored {
  readonly run: RunFacts;
  readonly scores: readonly RunScore[];
}

/** What differs between two runs: parameters, nodes with their times, scores. */
export function diffText(a: Scored, b: Scored): string {
  const blocks = [[headline("A", a.run), headline("B", b.run)].join("\n")];
  const params = differences(facts(a.run), facts(b.run));
  blocks.push(
    params.length === 0
      ? "The same pipeline, seed, parameters and machine."
      : textTable(["differs", "A", "B"], params, 60),
  );
  blocks.push(textTable(["node", "A", "B", "B − A", "artifact"], nodeRows(a.run, b.run)));
  const scores = scoreRows(a.scores, b.scores);
  if (scores.length > 0) blocks.push(textTable(["score", "A", "B", "B − A"], scores));
  return blocks.join("\n\n");
}

function headline(letter: string, run: RunFacts): string {
  return sanitize(
    `${letter}  ${run.run}  ${timeText(run.startedAt)}  ${run.pipeline}: ${stateOf(run)} in ${formatSeconds(run.seconds)}`,
  );
}

/** Everything that was said of a run before it began, by name. */
function facts({ pipeline, seed, jobs, machine, nodes }: RunFacts): ReadonlyMap<string, string> {
  const all = new Map([
    ["pipeline", pipeline],
    ["seed", String(seed)],
    ["jobs", String(jobs)],
  ]);
  for (const [name, value] of flatParams(machine ?? {}, "machine")) all.set(name, value);
  for (const { id, stage, params } of nodes) {
    all.set(`${id} (stage)`, stage);
    for (const [name, value] of flatParams(params, id)) all.set(name, value);
  }
  return all;
}

function differences(
  a: ReadonlyMap<string, string>,
  b: ReadonlyMap<string, string>,
): (readonly [name: string, a: string | null, b: string | null])[] {
  const names = new Set([...a.keys(), ...b.keys()]);
  return [...names]
    .filter((name) => a.get(name) !== b.get(name))
    .map((name) => [name, a.get(name) ?? null, b.get(name) ?? null] as const);
}

function nodeRows(a: RunFacts, b: RunFacts) {
  const of = (run: RunFacts): ReadonlyMap<string, NodeFacts> =>
    new Map(run.nodes.map((node) => [node.id, node]));
  const [left, right] = [of(a), of(b)];
  return [...new Set([...left.keys(), ...right.keys()])].map((id) => {
    const [one, other] = [left.get(id), right.get(id)];
    const both = one?.seconds !== undefined && other?.seconds !== undefined;
    return [
      id,
      outcomeText(one),
      outcomeText(other),
      both ? signed(other.seconds! - one.seconds!, formatSeconds) : "",
      artifactText(one, other),
    ];
  });
}

function outcomeText(node: NodeFacts | undefined): string {
  if (node === undefined) return "not there";
  const time = node.seconds === undefined ? "" : ` ${formatSeconds(node.seconds)}`;
  return `${node.outcome === "fresh" ? "cached" : node.outcome}${time}`;
}

function artifactText(a: NodeFacts | undefined, b: NodeFacts | undefined): string {
  if (a?.fingerprint === undefined || b?.fingerprint === undefined) return "";
  return a.fingerprint === b.fingerprint ? "the same" : "another";
}

function scoreRows(a: readonly RunScore[], b: readonly RunScore[]) {
  const [left, right] = [a, b].map((all) => new Map(all.map(({ name, value }) => [name, value])));
  return [...new Set([...left!.keys(), ...right!.keys()])].map((name) => {
    const [one, other] = [left!.get(name), right!.get(name)];
    const change =
      one === undefined || other === undefined ? "" : signed(other - one, formatNumber);
    return [name, one ?? null, other ?? null, change];
  });
}

function signed(change: number, format: (size: number) => string): string {
  if (change === 0) return "0";
  return `${change > 0 ? "+" : "−"}${format(Math.abs(change))}`;
}
