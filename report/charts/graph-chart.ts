import { graphlib, layout } from "@dagrejs/dagre";
import type { GraphNode } from "../collect/graph.ts";

/** Where each node and edge of a pipeline is drawn, from the top left, in pixels. */
export interface GraphLayout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly (GraphNode & { readonly x: number; readonly y: number })[];
  readonly edges: readonly { readonly key: string; readonly points: readonly Place[] }[];
}

/** Of dagre: from one node to another. */
interface Edge {
  readonly v: string;
  readonly w: string;
}

interface Place {
  readonly x: number;
  readonly y: number;
}

/** Of every box. */
export const BOX = { width: 150, height: 46 } as const;

/** Lays a pipeline out from the top to the bottom. */
export function layOut(nodes: readonly GraphNode[]): GraphLayout {
  const graph = new graphlib.Graph();
  graph.setGraph({ rankdir: "TB", nodesep: 18, ranksep: 30, marginx: 4, marginy: 4 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of nodes) graph.setNode(id, { ...BOX });
  for (const { id, reads } of nodes) for (const { node } of reads) graph.setEdge(node, id);
  layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  return {
    width,
    height,
    boxes: nodes.map((node) => {
      const { x, y } = graph.node(node.id) as Place;
      return { ...node, x, y };
    }),
    edges: graph.edges().map((edge: Edge) => ({
      key: `${edge.v} ${edge.w}`,
      points: graph.edge(edge).points as readonly Place[],
    })),
  };
}
