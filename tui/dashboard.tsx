import { Box, Text } from "ink";
import type { ReactNode } from "react";
import { formatSeconds } from "../lib/format.ts";
import { pad, truncate } from "../lib/width.ts";
import { Curve } from "./curve.tsx";
import { layout } from "./layout.ts";
import { Log } from "./log.tsx";
import { NodeTable } from "./node-table.tsx";
import type { DashboardState } from "./state.ts";
import { watchedCurve } from "./watched.ts";

export interface DashboardProps {
  readonly state: DashboardState;
  /** ms, of the same clock as the events. */
  readonly now: number;
  readonly columns: number;
  readonly rows: number;
  /** Set once the user has asked to stop. */
  readonly stopping: boolean;
}

/** The whole screen, at most `rows - 1` lines tall. */
export function Dashboard({ state, now, columns, rows, stopping }: DashboardProps): ReactNode {
  const curve = watchedCurve(state);
  const lines = layout(rows, {
    nodes: state.nodes.length,
    chart: curve !== undefined,
    log: state.log.length,
  });
  return (
    <Box flexDirection="column" width={columns}>
      <Header state={state} now={now} columns={columns} />
      <NodeTable nodes={state.nodes} now={now} columns={columns} lines={lines.nodes} />
      {curve !== undefined && lines.chart > 0 && (
        <Curve curve={curve} columns={columns} lines={lines.chart} />
      )}
      {lines.log > 0 && <Log lines={state.log.slice(-lines.log)} columns={columns} />}
      <Footer columns={columns} stopping={stopping} />
    </Box>
  );
}

function Header(props: Pick<DashboardProps, "state" | "now" | "columns">): ReactNode {
  const { state, now, columns } = props;
  const seconds = state.startedAt === undefined ? 0 : Math.max(0, now - state.startedAt) / 1000;
  const settled = state.nodes.filter((node) => node.state === "done" || node.state === "fresh");
  const right =
    state.startedAt === undefined
      ? "starting"
      : `${settled.length}/${state.nodes.length} nodes  ${formatSeconds(seconds)}`;
  const name = truncate(state.pipeline, Math.max(0, columns - right.length - 2));
  return (
    <Box marginBottom={1}>
      <Text wrap="truncate">
        <Text bold>{name}</Text>
        {pad(right, Math.max(0, columns - [...name].length), "right")}
      </Text>
    </Box>
  );
}

function Footer(props: Pick<DashboardProps, "columns" | "stopping">): ReactNode {
  const text = props.stopping
    ? "Stopping once the work in hand is safe. Ctrl-C again stops at once."
    : "q or Ctrl-C: stop. What is finished stays.";
  return (
    <Box marginTop={1}>
      <Text {...(props.stopping ? { color: "yellow" } : { dimColor: true })} wrap="truncate">
        {truncate(text, props.columns)}
      </Text>
    </Box>
  );
}
