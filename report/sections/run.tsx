import { formatBytes, formatInteger, formatSeconds } from "../../lib/format.ts";
import { BOX, layOut } from "../charts/graph-chart.ts";
import { timeline } from "../charts/timeline.ts";
import type { Graph, GraphNode } from "../collect/graph.ts";
import type { RunFacts } from "../run-facts.ts";
import { DataTable, Figure, Scroll, Section } from "./parts.tsx";

const WORDS = {
  fresh: "cached",
  ran: "ran",
  failed: "failed",
  stopped: "stopped",
  "not run": "not run",
} as const;
const MARKS = { fresh: "↺", ran: "✓", failed: "✗", stopped: "■", "not run": "·" } as const;

/** The graph of nodes with what became of each, and where the time went. */
export function Run(props: { readonly graph: Graph; readonly run: RunFacts | undefined }) {
  const { graph, run } = props;
  const chart = timeline(graph.nodes, graph.seconds);
  const saved = graph.nodes
    .filter(({ outcome }) => outcome === "fresh")
    .reduce((sum, { made }) => sum + (made ?? 0), 0);
  return (
    <Section
      id="run"
      title="Pipeline"
      lead={
        <>
          Each box is a step that reads the tables of the steps above it. A step whose code,
          parameters and inputs are as they were is not run again: it is <em>cached</em>
          {saved > 0 ? `, which saved ${formatSeconds(saved)} in this run` : ""}.
        </>
      }
    >
      <GraphDrawing nodes={graph.nodes} />
      {chart === undefined ? null : (
        <Figure drawing={chart} caption="Where the time of this run went." />
      )}
      <DataTable
        caption="Nodes"
        columns={[
          { name: "node" },
          { name: "outcome" },
          { name: "in this run", number: true },
          { name: "when made", number: true },
          { name: "parts", number: true },
          { name: "reused", number: true },
          { name: "rows", number: true },
          { name: "size", number: true },
          { name: "why it ran", wrap: true },
        ]}
        rows={graph.nodes.map((node) => [
          node.id,
          `${MARKS[node.outcome]} ${WORDS[node.outcome]}`,
          node.seconds === undefined ? null : formatSeconds(node.seconds),
          node.made === undefined ? null : formatSeconds(node.made),
          node.partitions,
          node.reused,
          formatInteger(node.rows),
          formatBytes(node.bytes),
          node.error ?? node.why,
        ])}
      />
      {run === undefined || run.warnings.length === 0 ? null : (
        <>
          <h3>Warnings</h3>
          <ul>
            {run.warnings.map(({ node, message }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: drawn once.
              <li key={index}>
                {node === "" ? "" : <b>{node}: </b>}
                {message}
              </li>
            ))}
          </ul>
        </>
      )}
    </Section>
  );
}

function GraphDrawing({ nodes }: { readonly nodes: readonly GraphNode[] }) {
  const { width, height, boxes, edges } = layOut(nodes);
  return (
    <figure>
      <Scroll label="Graph of nodes">
        <svg
          className="graph"
          role="img"
          aria-label={`Graph of ${nodes.length} nodes; the table below says what each reads and took`}
          viewBox={`0 0 ${width} ${height}`}
          width={width}
          height={height}
        >
          <defs>
            <marker
              id="arrow"
              viewBox="0 0 8 8"
              refX="7"
              refY="4"
              markerWidth="7"
              markerHeight="7"
              orient="auto"
            >
              <path d="M0,0L8,4L0,8z" className="arrow" />
            </marker>
          </defs>
          {edges.map(({ key, points }) => (
            <polyline
              key={key}
              className="edge"
              markerEnd="url(#arrow)"
              points={points.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ")}
            />
          ))}
          {boxes.map((box) => (
            <Box key={box.id} {...box} />
          ))}
        </svg>
      </Scroll>
      <figcaption>
        ✓ ran in this run · ↺ cached, nothing that it depends on has changed · ✗ failed
      </figcaption>
    </figure>
  );
}

function Box(props: GraphNode & { readonly x: number; readonly y: number }) {
  const { id, outcome, seconds, made, x, y } = props;
  const time = outcome === "fresh" ? made : seconds;
  const text = time === undefined ? WORDS[outcome] : `${WORDS[outcome]} ${formatSeconds(time)}`;
  return (
    <g className={`box ${outcome.replace(" ", "-")}`}>
      <rect x={x - BOX.width / 2} y={y - BOX.height / 2} {...BOX} rx="6" />
      <text
        x={x}
        y={y - 4}
        textAnchor="middle"
        className="name"
        textLength={id.length > 21 ? BOX.width - 12 : undefined}
        lengthAdjust="spacingAndGlyphs"
      >
        {id}
      </text>
      <text x={x} y={y + 14} textAnchor="middle">
        {`${MARKS[outcome]} ${text}`}
      </text>
    </g>
  );
}
