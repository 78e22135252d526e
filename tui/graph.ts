/** A node's place among lines that lead from nodes to those that read them: a character a lane. */
export interface GraphRow {
  readonly before: string;
  readonly lane: number;
  readonly after: string;
}

/** More lanes than this are not drawn: they would leave no room for words. */
const MAX_LANES = 8;

interface Wired {
  readonly id: string;
  readonly inputs: readonly string[];
}

/**
 * One row a node, in an order in which each stands below what it reads: the node's own lane is left free for its
 * symbol, lines of nodes that are still to be read pass by, and the lines of what it reads turn towards it.
 */
export function graphRows(nodes: readonly Wired[]): readonly GraphRow[] {
  const readers = new Map<string, number>();
  for (const { inputs } of nodes)
    for (const input of inputs) readers.set(input, (readers.get(input) ?? 0) + 1);
  const lanes: (string | undefined)[] = [];
  const rows: GraphRow[] = [];
  let width = 0;
  for (const { id, inputs } of nodes) {
    const read = lanes.map((owner) => owner !== undefined && inputs.includes(owner));
    for (const input of inputs) readers.set(input, readers.get(input)! - 1);
    const ends = lanes.map((owner, lane) => read[lane] && readers.get(owner!) === 0);
    const own = laneFor(lanes, ends);
    const passing = lanes.map((owner) => owner !== undefined);
    for (const [lane, end] of ends.entries()) if (end) lanes[lane] = undefined;
    lanes[own] = (readers.get(id) ?? 0) > 0 ? id : undefined;
    const drawn = draw(own, read, ends, passing);
    rows.push({
      before: drawn.slice(0, own).join(""),
      lane: own,
      after: drawn.slice(own + 1).join(""),
    });
    while (lanes.length > 0 && lanes.at(-1) === undefined) lanes.pop();
    width = Math.max(width, drawn.length);
  }
  if (width > MAX_LANES) return nodes.map(() => ({ before: "", lane: 0, after: "" }));
  return rows.map((row) => ({ ...row, after: row.after.padEnd(width - row.lane - 1) }));
}

/** The first lane that ends here, or else the first that is free. */
function laneFor(lanes: readonly (string | undefined)[], ends: readonly unknown[]): number {
  const ending = ends.indexOf(true);
  if (ending >= 0) return ending;
  const free = lanes.indexOf(undefined);
  return free >= 0 ? free : lanes.length;
}

function draw(
  own: number,
  read: readonly boolean[],
  ends: readonly (boolean | undefined)[],
  passing: readonly boolean[],
): string[] {
  const first = Math.min(own, read.indexOf(true) < 0 ? own : read.indexOf(true));
  const last = Math.max(own, read.lastIndexOf(true));
  return Array.from({ length: Math.max(passing.length, own + 1) }, (_, lane) => {
    const inside = lane > first && lane < last;
    if (read[lane] && lane !== own) {
      if (ends[lane]) return inside ? "┴" : lane < own ? "└" : "┘";
      return inside ? "┼" : lane < own ? "├" : "┤";
    }
    if (passing[lane]) return inside ? "┼" : "│";
    return inside ? "─" : " ";
  });
}
