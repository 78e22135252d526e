import type { Line } from "../line.ts";

/** The text of a pane, which may be longer than there is room; the frame scrolls it. */
export interface Pane {
  readonly lines: readonly Line[];
  /** Whether the lines are what there is room for already, and the pane counts for itself how long it is. */
  readonly total?: number;
}

/** Room for a pane. */
export interface Room {
  readonly columns: number;
  readonly lines: number;
}
