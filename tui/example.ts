import type { NodeView, OutputView } from "./node-state.ts";
import type { DashboardState } from "./state.ts";

/** A row of a finished table that is to be looked at. */
export interface ExampleKey {
  readonly node: string;
  readonly folder: string;
  readonly output: string;
  readonly row: number;
  readonly rows: number;
  /** How many tables there are to choose from. */
  readonly tables: number;
}

/** A row as a person reads it: a headline, and text by name. */
export interface ExampleText {
  readonly title: string;
  readonly lines: readonly (readonly [name: string, text: string])[];
}

/** What is known of the row that is looked at. */
export type Example =
  | { readonly state: "loading" }
  | { readonly state: "failed"; readonly message: string }
  | {
      readonly state: "there";
      readonly text: ExampleText;
      /** Whether it is still to be seen what a model makes of it. */
      readonly guessing: boolean;
    };

/** Reads finished tables for the dashboard; rejects with an error whose message says why it cannot. */
export interface TableReader {
  example(key: ExampleKey): Promise<ExampleText>;
  /** What a model that was trained on the table makes of the row, in named lines; none where there is no such model. */
  guess(key: ExampleKey): Promise<ExampleText["lines"]>;
  /** Rows of the small tables of a node that was found and not made: its scores are among them. */
  rows(
    node: string,
    folder: string,
  ): Promise<readonly Readonly<Record<string, string | number | boolean | null>>[]>;
}

/**
 * The row that `ui` asks for: of the node itself, or of the nearest of those that it reads which have a finished
 * table; undefined where there is none yet.
 */
export function exampleOf(
  state: DashboardState,
  ui: { readonly table: number; readonly row: number },
  node: NodeView | undefined,
): ExampleKey | undefined {
  const owner = node === undefined ? undefined : nearest(state, node);
  if (owner === undefined) return undefined;
  const tables = tablesOf(owner);
  const { name, rows } = tables[ui.table % tables.length]!;
  const row = Math.min(ui.row, rows - 1);
  return { node: owner.id, folder: owner.folder, output: name, row, rows, tables: tables.length };
}

function nearest(state: DashboardState, node: NodeView): NodeView | undefined {
  const seen = new Set<string>();
  let level: readonly NodeView[] = [node];
  while (level.length > 0) {
    const found = level.findLast((each) => tablesOf(each).length > 0);
    if (found !== undefined) return found;
    for (const { id } of level) seen.add(id);
    const ids = new Set(level.flatMap(({ inputs }) => inputs).filter((id) => !seen.has(id)));
    level = state.nodes.filter(({ id }) => ids.has(id));
  }
  return undefined;
}

/** The largest first: a node's examples or predictions before its counts and scores. */
function tablesOf({ folder, outputs }: NodeView): readonly OutputView[] {
  if (folder === "") return [];
  return outputs.filter(({ rows }) => rows > 0).sort((a, b) => b.bytes - a.bytes);
}

/** Names a row, so that an answer that comes late is not shown as another's. */
export function nameOf({ node, folder, output, row }: ExampleKey): string {
  return JSON.stringify([node, folder, output, row]);
}
