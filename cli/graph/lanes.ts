/** A node and the nodes that it reads, all of which stand before it. */
export interface Wired {
  readonly id: string;
  readonly reads: readonly string[];
}

/** A line of a drawing; `node` stands at its end where it is a node's. */
export interface LaneLine {
  readonly line: string;
  readonly node: string | undefined;
}

/**
 * Draws a graph from the top to the bottom as version control does histories: a column for every node that something
 * below still reads, `○` where a node stands, and a line between where columns join or begin.
 */
export function lanes(nodes: readonly Wired[]): readonly LaneLine[] {
  const last = new Map<string, number>();
  nodes.forEach(({ reads }, index) => {
    for (const id of reads) last.set(id, index);
  });
  const lines: LaneLine[] = [];
  /** By column: the node whose output runs down there. */
  let open: (string | undefined)[] = [];
  nodes.forEach(({ id, reads }, index) => {
    const from = reads.map((read) => open.indexOf(read)).filter((column) => column >= 0);
    const ended = from.filter((column) => last.get(open[column]!) === index);
    const free = open.indexOf(undefined);
    const own = ended.length > 0 ? Math.min(...ended) : free >= 0 ? free : open.length;
    const joined = from.filter((column) => column !== own);
    if (joined.length > 0) lines.push({ line: joint(open, own, joined, ended), node: undefined });
    for (const column of ended) open[column] = undefined;
    open[own] = id;
    while (open.at(-1) === undefined) open = open.slice(0, -1);
    lines.push({ line: row(open, own), node: id });
    if (!last.has(id)) open[own] = undefined;
    while (open.length > 0 && open.at(-1) === undefined) open = open.slice(0, -1);
  });
  return lines;
}

function row(open: readonly (string | undefined)[], own: number): string {
  return open.map((id, column) => (column === own ? "○" : id === undefined ? " " : "│")).join(" ");
}

/** The line above a node, on which the columns that it reads turn towards its own; `ended` go no further. */
function joint(
  open: readonly (string | undefined)[],
  own: number,
  joined: readonly number[],
  ended: readonly number[],
): string {
  const least = Math.min(own, ...joined);
  const most = Math.max(own, ...joined);
  let line = "";
  for (let column = 0; column < Math.max(open.length, most + 1); column++) {
    const runs = open[column] !== undefined;
    if (column === own) line += corner(runs, column > least, column < most, true);
    else if (joined.includes(column))
      line += corner(true, column > least, column < most, !ended.includes(column));
    else if (column > least && column < most) line += runs ? "┼" : "─";
    else line += runs ? "│" : " ";
    line += column >= least && column < most ? "─" : " ";
  }
  return line.trimEnd();
}

/** Signs by whether lines go up, left, right and down. */
const SIGNS: Readonly<Record<string, string>> = {
  "up left": "╯",
  "up right": "╰",
  "up left right": "┴",
  "up left right down": "┼",
  "up left down": "┤",
  "up right down": "├",
  "left down": "╮",
  "right down": "╭",
  "left right down": "┬",
};

function corner(up: boolean, left: boolean, right: boolean, down: boolean): string {
  const ways = [up && "up", left && "left", right && "right", down && "down"];
  return SIGNS[ways.filter((way) => way !== false).join(" ")] ?? "│";
}
