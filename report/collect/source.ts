import {
  type Artifact,
  type BatchView,
  type Columns,
  type FileStore,
  type InputRows,
  type InputTable,
  inputSource,
  type NodeDefinition,
  type Output,
  openInputs,
  type Part,
  type Pipeline,
  type Row,
  type RowColumns,
  type RowTable,
  type Table,
  viewBatch,
} from "../../engine/index.ts";
import type { NodeFacts, RunFacts } from "../run-facts.ts";

/** What a report is made from: a pipeline, the run that it tells of, and the artifacts of that run. */
export interface ReportSource {
  readonly pipeline: Pipeline;
  readonly store: FileStore;
  /** The last run, or the one that was asked for; undefined where no log of it is left. */
  readonly run: RunFacts | undefined;
  /** By node: the artifact that the run made or found, else the latest; none where there is none. */
  readonly artifacts: ReadonlyMap<string, Artifact>;
}

/** An output of a node that has an artifact, and the columns of it that a report knows how to read. */
export interface Found<W extends Table | RowTable> {
  readonly node: NodeDefinition;
  readonly output: string;
  readonly type: Output;
  readonly wanted: W;
  readonly artifact: Artifact;
}

/** A table is read up to about so many bytes of Parquet: a report must not take as long as a stage. */
const MOST_BYTES = 64_000_000;

/** Finds the artifacts that a report of this run is about. */
export async function openSource(
  pipeline: Pipeline,
  store: FileStore,
  run: RunFacts | undefined,
): Promise<ReportSource> {
  const artifacts = new Map<string, Artifact>();
  for (const { id } of pipeline.nodes) {
    const made = run?.nodes.find((node) => node.id === id);
    const artifact = (await artifactOf(store, made)) ?? (await store.latest(id));
    if (artifact !== undefined) artifacts.set(id, artifact);
  }
  return { pipeline, store, run, artifacts };
}

async function artifactOf(
  store: FileStore,
  node: NodeFacts | undefined,
): Promise<Artifact | undefined> {
  const finished = node?.outcome === "fresh" || node?.outcome === "ran";
  return finished && node.fingerprint !== undefined
    ? store.find(node.id, node.fingerprint)
    : undefined;
}

/**
 * Outputs by what they hold, in the pipeline's order: those with at least the columns of `wanted`. Not by stage, so that
 * a stage of one's own which writes such a table is reported too.
 */
export function outputsLike<W extends Table | RowTable>(
  source: ReportSource,
  wanted: W,
): readonly Found<W>[] {
  return source.pipeline.nodes.flatMap((node) => {
    const artifact = source.artifacts.get(node.id);
    if (artifact === undefined) return [];
    return Object.entries(node.stage.outputs)
      .filter(([, type]) => holds(type, wanted))
      .map(([output, type]) => ({ node, output, type, wanted, artifact }));
  });
}

function holds(type: Output, wanted: Table | RowTable): boolean {
  if (type.kind === "folder" || type.kind !== wanted.kind) return false;
  const kindOf = (name: string | undefined): string | undefined => name?.replace("?", "");
  const columns: Readonly<Record<string, string>> = type.columns;
  return Object.entries(wanted.columns).every(
    ([name, column]) => kindOf(columns[name]) === kindOf(column),
  );
}

/** All rows of a row table, with whatever columns it has. Throws a PipelineError where its file is damaged or gone. */
export async function rowsOf<C extends RowColumns>({
  artifact,
  output,
  type,
}: Found<RowTable<C>>): Promise<readonly Row<C>[]> {
  const { table } = await openInputs({ table: inputSource(artifact, output, type) });
  return (table as unknown as InputRows<C>).rows();
}

/** What was read of a table, which may be a part of it. */
export interface Read {
  readonly rows: number;
  readonly allRows: number;
}

/**
 * Reads the wanted columns of a table batch by batch: of a large one as many parts, taken evenly from all of it, as
 * come to about `bytes`. Throws a PipelineError where a part is damaged or gone.
 */
export async function readTable<C extends Columns>(
  { artifact, output, type, wanted }: Found<Table<C>>,
  each: (view: BatchView<C>, rows: number) => void,
  bytes: number = MOST_BYTES,
): Promise<Read> {
  const source = inputSource(artifact, output, type);
  const filled = source.parts.filter(({ rows }) => rows > 0);
  const { table } = await openInputs({ table: { ...source, parts: someOf(filled, bytes) } });
  const opened = table as unknown as InputTable<C>;
  for await (const batch of opened.batches(Object.keys(wanted.columns)))
    each(viewBatch(wanted, batch), batch.numRows);
  return { rows: opened.rows, allRows: countRows(source.parts) };
}

/** How many rows a table has. */
export function rowsIn({ artifact, output }: Found<Table | RowTable>): number {
  return countRows(artifact.manifest.partitions.flatMap(({ outputs }) => outputs[output] ?? []));
}

function countRows(parts: readonly Part[]): number {
  return parts.reduce((sum, { rows }) => sum + rows, 0);
}

/** Every part, or every nth so that they come to about so many bytes; always one where there is one. */
function someOf(parts: readonly Part[], bytes: number): readonly Part[] {
  const all = parts.reduce((sum, part) => sum + part.bytes, 0);
  const step = Math.max(1, all / bytes);
  const chosen: Part[] = [];
  for (let index = 0; index < parts.length; index += step) chosen.push(parts[Math.floor(index)]!);
  return chosen;
}
