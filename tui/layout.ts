/** How many lines and columns each pane of the dashboard gets. */
export type Layout =
  | { readonly kind: "small" }
  | { readonly kind: "open"; readonly detail: number }
  | {
      readonly kind: "stacked";
      readonly nodes: number;
      readonly detail: number;
      readonly log: number;
    }
  | {
      readonly kind: "beside";
      readonly left: number;
      readonly right: number;
      readonly nodes: number;
      readonly detail: number;
      readonly log: number;
    };

/** Below this the panes have no room for words. */
export const MIN_COLUMNS = 50;
export const MIN_ROWS = 12;
/** From this on nodes stand beside their details. */
const WIDE = 140;
/** Wider than this a line of a node only gets emptier. */
const MAX_LEFT = 84;
/** Between two panes beside each other. */
export const GAP = " │ ";
/** Name and machine above, keys below, and a last row that is left free: a terminal would scroll. */
const FRAME = 4;
/** Where details have more lines than this, the log gets some of them. */
const ENOUGH_DETAIL = 15;
const LOG = 5;

/** Shares the screen: at most `rows - 1` lines in all. */
export function layout(
  columns: number,
  rows: number,
  wanted: { readonly nodes: number; readonly open: boolean },
): Layout {
  if (columns < MIN_COLUMNS || rows < MIN_ROWS) return { kind: "small" };
  const free = rows - FRAME;
  // Each pane has a title.
  if (wanted.open) return { kind: "open", detail: free - 1 };
  if (columns >= WIDE) {
    const left = Math.min(MAX_LEFT, Math.floor(columns * 0.46));
    const right = columns - left - GAP.length;
    const nodes = Math.min(Math.max(1, wanted.nodes), free);
    // A blank line and a title.
    const log = Math.max(0, free - nodes - 2);
    return { kind: "beside", left, right, nodes, detail: free - 1, log };
  }
  const nodes = Math.min(Math.max(1, wanted.nodes), Math.max(3, free >> 1));
  const rest = free - nodes - 1;
  const log = rest >= ENOUGH_DETAIL + LOG + 1 ? LOG : 0;
  return { kind: "stacked", nodes, detail: rest - (log === 0 ? 0 : log + 1), log };
}
