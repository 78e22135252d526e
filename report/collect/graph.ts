import type { NodeDefinition } from "../../engine/index.ts";
import type { NodeFacts, Outcome } from "../run-facts.ts";
import type { ReportSource } from "./source.ts";

/** The pipeline as it was run: each node after those that it reads. */
export interface Graph {
  readonly nodes: readonly GraphNode[];
  /** Time from the first node's start to the last node's end, s. */
  readonly seconds: number;
}

export interface GraphNode {
  readonly id: string;
  readonly stage: string;
  readonly reads: readonly { readonly node: string; readonly table: string }[];
  readonly outcome: Outcome;
  readonly why: string;
  /** When it began, s after the run did; undefined where it did not run. */
  readonly start: number | undefined;
  /** How long it took in this run; undefined where it did not run to its end. */
  readonly seconds: number | undefined;
  /** How long it took when its artifact was made; undefined where it has none. */
  readonly made: number | undefined;
  readonly partitions: number;
  readonly reused: number;
  /** Of all of its tables. */
  readonly rows: number;
  readonly bytes: number;
  /** What went wrong, where something did. */
  readonly error: string | undefined;
}

export function collectGraph(source: ReportSource): Graph {
  const { run, pipeline } = source;
  const nodes = pipeline.nodes.map((node) =>
    graphNode(
      source,
      node,
      run?.nodes.find(({ id }) => id === node.id),
    ),
  );
  const ends = nodes.map(({ start, seconds }) => (start ?? 0) + (seconds ?? 0));
  return { nodes, seconds: Math.max(0, ...ends) };
}

function graphNode(
  { artifacts, run }: ReportSource,
  node: NodeDefinition,
  facts: NodeFacts | undefined,
): GraphNode {
  const manifest = artifacts.get(node.id)?.manifest;
  const parts = manifest?.partitions.flatMap(({ outputs }) => Object.values(outputs).flat()) ?? [];
  const begun = facts?.startedAt;
  return {
    id: node.id,
    stage: node.stage.name,
    reads: Object.values(node.inputs).map((ref) => ({ node: ref.node.id, table: ref.output })),
    outcome: facts?.outcome ?? "not run",
    why: facts?.why ?? "",
    start: begun === undefined || run === undefined ? undefined : (begun - run.startedAt) / 1000,
    seconds: facts?.seconds,
    made: manifest?.seconds,
    partitions: manifest?.partitions.length ?? 0,
    reused: facts?.reused ?? 0,
    rows: parts.reduce((sum, part) => sum + part.rows, 0),
    bytes: parts.reduce((sum, part) => sum + part.bytes, 0),
    error: facts?.error?.message,
  };
}
