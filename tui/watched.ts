import type { Point } from "./series.ts";
import type { DashboardState, NodeView } from "./state.ts";

/** The curve on show and the numbers beside it. */
export interface WatchedCurve {
  readonly node: string;
  readonly metric: string;
  readonly points: readonly Point[];
  readonly step: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/** The first loss of the running node that has one, else of the node that ran last; undefined before there is a line to draw. */
export function watchedCurve(state: DashboardState): WatchedCurve | undefined {
  const measured = state.nodes.filter((node) => Object.keys(node.series).length > 0);
  const node = measured.find((each) => each.state === "running") ?? measured.at(-1);
  if (node === undefined) return undefined;
  const metric = watchedMetric(node);
  if (node.series[metric]!.points.length < 2) return undefined;
  return {
    node: node.id,
    metric,
    points: node.series[metric]!.points,
    step: node.step,
    metrics: node.metrics,
  };
}

function watchedMetric(node: NodeView): string {
  const names = Object.keys(node.series);
  return names.find((name) => /loss/i.test(name)) ?? names[0]!;
}
