import { type NodePlan, type Pipeline, plan } from "../engine/index.ts";
import type { Io } from "./io.ts";
import { openToRead, planTable } from "./status.ts";

/** What a run would do, and why, as a table. */
export async function dryRun(
  io: Io,
  pipeline: Pipeline,
  store: string,
  only: readonly string[],
  force: "all" | readonly string[],
): Promise<string> {
  const plans = await plan(pipeline, await openToRead(io, store), only);
  const forced = withForced(plans, force);
  const fresh = forced.filter(({ state }) => state === "fresh").length;
  const stale = forced.filter(({ state }) => state === "stale").length;
  const waiting = forced.length - fresh - stale;
  const counts = [
    `${stale} to run`,
    `${waiting} to be decided when their inputs are there`,
    `${fresh} fresh`,
  ];
  return `${planTable(forced)}\n\n${counts.join(", ")}; nothing was run`;
}

/** The plan as it is where some nodes are made again though they are fresh: those that read them have to wait. */
function withForced(
  plans: readonly NodePlan[],
  force: "all" | readonly string[],
): readonly NodePlan[] {
  const unsettled = new Set<string>();
  return plans.map((each): NodePlan => {
    const reads = Object.values(each.node.inputs).map((ref) => ref.node.id);
    const waitsFor = [...new Set(reads)].filter((id) => unsettled.has(id));
    const forced = force === "all" || force.includes(each.node.id);
    if (each.state !== "fresh" || forced || waitsFor.length > 0) unsettled.add(each.node.id);
    if (each.state !== "fresh") return each;
    const { node, last, work } = each;
    const why = forced ? ([{ field: "forced", name: "" }] as const) : [];
    if (waitsFor.length > 0) return { state: "waiting", node, last, waitsFor, why };
    return forced ? { state: "stale", node, last, work, why } : each;
  });
}
