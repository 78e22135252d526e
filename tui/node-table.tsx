import { Box, Text } from "ink";
import type { ReactNode } from "react";
import { type NodeRow, nodeRows } from "./node-row.ts";
import type { NodeState, NodeView } from "./state.ts";

interface NodeTableProps {
  readonly nodes: readonly NodeView[];
  readonly now: number;
  readonly columns: number;
  readonly lines: number;
}

const COLORS: Partial<Record<NodeState, string>> = {
  stale: "yellow",
  running: "cyan",
  fresh: "green",
  done: "green",
  failed: "red",
};

/** A line a node: state by symbol, word and colour, how far it is and why it runs. */
export function NodeTable({ nodes, now, columns, lines }: NodeTableProps): ReactNode {
  const rows = nodeRows(nodes, now, columns);
  const [first, last] = visible(nodes, lines);
  const hidden = nodes.length - (last - first);
  return (
    <Box flexDirection="column">
      {rows.slice(first, last).map((row) => (
        <Row key={row.id} row={row} />
      ))}
      {hidden > 0 && lines > 1 && <Text dimColor>{`  … ${hidden} more nodes`}</Text>}
    </Box>
  );
}

function Row({ row }: { readonly row: NodeRow }): ReactNode {
  const color = COLORS[row.kind];
  const tint = color === undefined ? { dimColor: true } : { color };
  return (
    <Text wrap="truncate">
      <Text {...tint}>{row.symbol}</Text> <Text bold={row.kind === "running"}>{row.name}</Text>
      {"  "}
      <Text {...tint}>{row.state}</Text>
      {row.rest === "" ? "" : `  ${row.rest}`}
      <Text dimColor>{row.why === "" ? "" : `  ${row.why}`}</Text>
    </Text>
  );
}

/** Which nodes are shown where there are more than `lines`: those around the first that is not finished. */
function visible(nodes: readonly NodeView[], lines: number): [first: number, last: number] {
  if (nodes.length <= lines) return [0, nodes.length];
  const shown = Math.max(1, lines - 1);
  const active = nodes.findIndex((node) => node.state !== "done" && node.state !== "fresh");
  const wanted = active < 0 ? nodes.length - shown : active - Math.floor(shown / 3);
  const first = Math.max(0, Math.min(wanted, nodes.length - shown));
  return [first, first + shown];
}
