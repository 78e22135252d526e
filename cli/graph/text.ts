import type { NodeDefinition, Pipeline } from "../../engine/index.ts";
import { displayWidth, pad } from "../../lib/width.ts";
import { lanes } from "./lanes.ts";

/** A pipeline as a flowchart in mermaid's language. Names are kebab-case, so that none has a meaning of its own there. */
export function mermaidText({ nodes }: Pipeline): string {
  return [
    "flowchart TD",
    ...nodes.map((node) => `  ${key(node.id)}["${node.id}${stageOf(node, "<br>")}"]`),
    ...edgesOf(nodes).map(
      ({ from, to, tables }) => `  ${key(from)} -->|${tables.join(", ")}| ${key(to)}`,
    ),
  ].join("\n");
}

/** A pipeline in Graphviz's language. */
export function dotText({ name, nodes }: Pipeline): string {
  return [
    `digraph "${name}" {`,
    '  node [shape=box, style=rounded, fontname="sans-serif"];',
    '  edge [fontname="sans-serif", fontsize=10];',
    ...nodes.map((node) => `  "${node.id}" [label="${node.id}${stageOf(node, "\\n")}"];`),
    ...edgesOf(nodes).map(
      ({ from, to, tables }) => `  "${from}" -> "${to}" [label="${tables.join(", ")}"];`,
    ),
    "}",
  ].join("\n");
}

/** A pipeline for a terminal: lines that lead from each node to those that read it, and what each reads. */
export function plainText({ nodes }: Pipeline): string {
  const drawn = lanes(
    nodes.map(({ id, inputs }) => ({
      id,
      reads: [...new Set(Object.values(inputs).map(({ node }) => node.id))],
    })),
  );
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const rows = drawn.map(({ line, node }) => ({
    left: node === undefined ? line : `${line} ${node}`,
    right: node === undefined ? "" : readsText(byId.get(node)!),
  }));
  const width = Math.max(...rows.map(({ left }) => displayWidth(left)));
  return rows.map(({ left, right }) => `${pad(left, width)}  ${right}`.trimEnd()).join("\n");
}

function readsText(node: NodeDefinition): string {
  const reads = Object.values(node.inputs).map((ref) => `${ref.node.id}.${ref.output}`);
  return reads.length === 0 ? "" : `reads ${reads.join(", ")}`;
}

function stageOf({ id, stage }: NodeDefinition, gap: string): string {
  return stage.name === id ? "" : `${gap}(${stage.name})`;
}

/** `end` and the like are words of mermaid: none begins so. */
function key(id: string): string {
  return `n_${id.replaceAll("-", "_")}`;
}

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly tables: readonly string[];
}

/** The tables from one node to another as one edge. */
function edgesOf(nodes: readonly NodeDefinition[]): readonly Edge[] {
  return nodes.flatMap((node) => {
    const tables = new Map<string, string[]>();
    for (const ref of Object.values(node.inputs))
      tables.set(ref.node.id, [...(tables.get(ref.node.id) ?? []), ref.output]);
    return [...tables].map(([from, outputs]) => ({ from, to: node.id, tables: outputs }));
  });
}
