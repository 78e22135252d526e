import { join, relative } from "node:path";
import {
  type Artifact,
  type InputRows,
  inputSource,
  openInputs,
  type Pipeline,
  type Ref,
  type RowColumns,
  type RowTable,
  type RunResult,
} from "../engine/index.ts";
import { formatInteger, formatSeconds } from "../lib/format.ts";
import { knownBy } from "./known-by.ts";
import { partitionsText } from "./plain-lines.ts";
import type { NodeRecord, RunRecord } from "./run-record.ts";
import { type Cell, fitColumns, textTable } from "./text-table.ts";

/** Of longer tables the last rows are shown: they are the latest. */
const MAX_ROWS = 20;

export interface SummaryOptions {
  /** Paths are shown relative to it. */
  readonly cwd: string;
  /** Columns that a table may take. */
  readonly width: number;
}

/** What a run ends with: what became of each node and how that is known, the small tables of each output, paths. */
export async function summary(
  pipeline: Pipeline,
  record: RunRecord,
  result: RunResult,
  options: SummaryOptions,
): Promise<string> {
  const blocks = [nodeTable(record, result.artifacts, options.width)];
  const outputs = Object.entries(pipeline.outputs).flatMap(([name, refs]) =>
    refs.map((ref) => ({ name, ref, artifact: result.artifacts.get(ref.node.id) })),
  );
  for (const group of groupsOfRows(outputs)) blocks.push(await rowsBlock(group, options.width));
  const paths = outputs.flatMap(({ name, ref, artifact }) =>
    artifact === undefined
      ? []
      : [[name, shorter(options.cwd, join(artifact.folder, "..", "latest", ref.output))]],
  );
  if (paths.length > 0) blocks.push(textTable(["output", "where"], paths, 200));
  const log = shorter(options.cwd, result.log);
  blocks.push(`${result.state} in ${formatSeconds(record.seconds)}  (log: ${log})`);
  return blocks.join("\n\n");
}

function nodeTable(
  record: RunRecord,
  artifacts: ReadonlyMap<string, Artifact>,
  width: number,
): string {
  const rows = record.nodes.map((node) => [
    node.id,
    node.outcome,
    node.seconds === undefined ? "" : formatSeconds(node.seconds),
    whatOf(node, artifacts.get(node.id)),
  ]);
  return textTable(["node", "outcome", "time", "why"], rows, Math.max(40, width - 40));
}

function whatOf(node: NodeRecord, artifact: Artifact | undefined): string {
  if (node.outcome === "fresh" && artifact !== undefined) return knownBy(artifact.manifest);
  const partitions = node.outcome === "ran" ? partitionsText(node.partitions, node.reused) : "";
  return [node.why, partitions].filter((text) => text !== "").join("; ");
}

interface RowsOutput {
  readonly name: string;
  readonly ref: Ref;
  readonly artifact: Artifact;
}

/** Row tables of one output and the same columns together, such as the scores of several tasks. */
function groupsOfRows(
  outputs: readonly (Omit<RowsOutput, "artifact"> & { readonly artifact: Artifact | undefined })[],
): readonly RowsOutput[][] {
  const groups = new Map<string, RowsOutput[]>();
  for (const { name, ref, artifact } of outputs) {
    if (artifact === undefined || ref.type.kind !== "rows") continue;
    const key = JSON.stringify([name, Object.entries(ref.type.columns)]);
    const group = groups.get(key) ?? [];
    groups.set(key, [...group, { name, ref, artifact }]);
  }
  return [...groups.values()];
}

async function rowsBlock(group: readonly RowsOutput[], width: number): Promise<string> {
  const { name, ref } = group[0]!;
  const names = Object.keys((ref.type as RowTable).columns);
  const hints: string[] = [];
  const cells: Cell[][] = [];
  for (const { ref, artifact } of group) {
    const { node, output, type } = ref;
    const { table } = await openInputs({ table: inputSource(artifact, output, type) });
    const all = await (table as unknown as InputRows<RowColumns>).rows();
    const shown = all.slice(-MAX_ROWS);
    for (const row of shown) cells.push(names.map((column) => row[column] ?? null));
    if (all.length > shown.length)
      hints.push(
        ` (the last ${shown.length} of ${formatInteger(all.length)} rows: pipeline inspect ${node.id}.${output} --rows ${all.length})`,
      );
  }
  return `${name}${hints.join("")}\n${fitColumns(names, cells, width)}`;
}

/** A path as seen from a folder, where that is not longer. */
function shorter(folder: string, path: string): string {
  const seen = relative(folder, path);
  return seen.length < path.length ? seen : path;
}
