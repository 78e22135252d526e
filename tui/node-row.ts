import { formatCount, formatInteger, formatRate, formatSeconds } from "../lib/format.ts";
import { perSecond, secondsLeft } from "../lib/rate.ts";
import { displayWidth, pad, truncate } from "../lib/width.ts";
import type { NodeState, NodeView } from "./node-state.ts";

/** A node's line: what each column says before it is fitted to the terminal. */
export interface NodeCells {
  readonly name: string;
  readonly state: string;
  readonly done: string;
  readonly rate: string;
  readonly left: string;
  readonly elapsed: string;
  readonly why: string;
}

/** The same, cut and padded: `state` is apart because it is coloured. */
export interface NodeRow {
  readonly id: string;
  readonly kind: NodeState;
  readonly symbol: string;
  readonly name: string;
  readonly state: string;
  readonly rest: string;
  readonly why: string;
}

const SYMBOLS: Record<NodeState, string> = {
  waiting: "·",
  stale: "○",
  running: "●",
  fresh: "=",
  done: "✓",
  failed: "✗",
  stopped: "■",
};
/** Columns in the order in which they are given up where the terminal is narrow. */
const DROPPED = ["rate", "elapsed", "left", "done"] as const;
const MIN_WHY = 14;
const MAX_NAME = 24;
/** Widths that a column keeps however short its text is, so that the table does not jump about. */
const MIN_WIDTH = { done: 14, rate: 8, left: 8, elapsed: 7 } as const;

/** What each column says of `node` at the time `now` (ms). */
export function nodeCells(node: NodeView, now: number): NodeCells {
  const running = node.state === "running";
  const speed = node.progress === undefined ? undefined : perSecond(node.progress.rate);
  const left =
    node.progress === undefined ? undefined : secondsLeft(node.progress.rate, node.progress.total);
  return {
    name: node.id,
    state: node.state,
    done: amountDone(node),
    // The unit stands in the column of what is done, but for bytes, of which parts are counted there.
    rate: running && speed !== undefined ? formatRate(speed, node.progress!.unit) : "",
    left: running && left !== undefined ? `ETA ${formatSeconds(left)}` : "",
    elapsed: elapsed(node, now),
    why: node.why,
  };
}

/** All nodes' lines, in columns that fit into `width`. */
export function nodeRows(
  nodes: readonly NodeView[],
  now: number,
  width: number,
): readonly NodeRow[] {
  const cells = nodes.map((node) => nodeCells(node, now));
  const widest = (column: keyof NodeCells): number =>
    Math.max(0, ...cells.map((row) => displayWidth(row[column])));
  const nameWidth = Math.min(MAX_NAME, widest("name"), Math.max(6, width - 12));
  const stateWidth = widest("state");
  const kept = (["done", "rate", "left", "elapsed"] as const)
    .filter((column) => widest(column) > 0)
    .map((column) => ({ column, width: Math.max(MIN_WIDTH[column], widest(column)) }));
  const used = (): number =>
    2 + nameWidth + 2 + stateWidth + kept.reduce((sum, { width }) => sum + 2 + width, 0);
  for (const column of DROPPED) {
    if (used() <= width) break;
    const index = kept.findIndex((each) => each.column === column);
    if (index >= 0) kept.splice(index, 1);
  }
  const whyWidth = width - used() - 2;
  return nodes.map((node, index) => {
    const row = cells[index]!;
    const rest = kept.map(({ column, width }) => {
      return pad(row[column], width, column === "done" ? "left" : "right");
    });
    return {
      id: node.id,
      kind: node.state,
      symbol: SYMBOLS[node.state],
      name: pad(truncate(row.name, nameWidth), nameWidth),
      state: pad(row.state, stateWidth),
      rest: rest.join("  "),
      why: whyWidth < MIN_WHY ? "" : truncate(row.why, whyWidth),
    };
  });
}

function amountDone(node: NodeView): string {
  const { partitions, progress } = node;
  if (partitions !== undefined && partitions.total > 1) {
    const reused = partitions.reused > 0 ? `, ${formatInteger(partitions.reused)} reused` : "";
    const finished = ["running", "failed", "stopped"].includes(node.state)
      ? `${formatInteger(partitions.finished)}/${formatInteger(partitions.total)}`
      : formatInteger(partitions.total);
    return `${finished} parts${reused}`;
  }
  if (node.outputs.length > 0) {
    const rows = node.outputs.reduce((sum, output) => sum + output.rows, 0);
    return rows === 0 ? "" : `${formatRows(rows)} rows`;
  }
  if (progress === undefined) return "";
  const of = progress.total === null ? "" : `/${formatInteger(progress.total)}`;
  return `${formatInteger(progress.done)}${of} ${progress.unit}`;
}

function elapsed(node: NodeView, now: number): string {
  if (node.seconds !== undefined && node.state !== "fresh") return formatSeconds(node.seconds);
  if (node.startedAt === undefined || node.state === "fresh") return "";
  return formatSeconds(Math.max(0, now - node.startedAt) / 1000);
}

function formatRows(rows: number): string {
  return rows < 10_000 ? formatInteger(rows) : formatCount(rows);
}
