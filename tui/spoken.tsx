import { Box, Text } from "ink";
import type { ReactNode } from "react";
import { formatInteger, formatNumber } from "../lib/format.ts";
import { chartsOf } from "./curves.ts";
import type { Line } from "./line.ts";
import type { Model } from "./model.ts";
import { nodeCells } from "./node-row.ts";
import type { NodeView } from "./node-state.ts";
import { detail } from "./panes/detail.ts";
import { footer } from "./panes/footer.ts";
import { header } from "./panes/header.ts";
import { selectedNode, tabOf } from "./ui.ts";

/** Lines of details that are read out. */
const LINES = 24;

/** The dashboard for a screen reader: one column, words instead of drawings, roles and states for Ink to tell. */
export function Spoken({ model }: { readonly model: Model }): ReactNode {
  const { state, ui } = model;
  const selected = selectedNode(state, ui);
  return (
    <Box flexDirection="column">
      <Text>{textOf(header(model))}</Text>
      <Box aria-role="list" flexDirection="column">
        {state.nodes.map((node) => (
          <Box
            key={node.id}
            aria-role="listitem"
            aria-state={{ busy: node.state === "running", selected: node === selected }}
          >
            <Text>{nodeSentence(node, model.now)}</Text>
          </Box>
        ))}
      </Box>
      {selected !== undefined && <Text>{detailText(model, selected).join("\n")}</Text>}
      <Text>{textOf(footer(model))}</Text>
    </Box>
  );
}

function nodeSentence(node: NodeView, now: number): string {
  const { state, done, rate, left, elapsed, why } = nodeCells(node, now);
  const facts = [state, done, rate, left, elapsed && `${elapsed} so far`, why];
  return `${node.id}: ${facts.filter((each) => each !== "").join(", ")}`;
}

function detailText(model: Model, node: NodeView): readonly string[] {
  const tab = tabOf(model.state, model.ui, node);
  if (tab === "charts") return [`${node.id}, charts:`, ...curveSentences(node)];
  const { lines } = detail(model, { columns: Math.max(40, model.columns), lines: LINES });
  const drawn = /[\u2800-\u28ff│┤└]/;
  const words = lines.map(textOf).filter((line) => line.trim() !== "" && !drawn.test(line));
  return [`${node.id}, ${tab}:`, ...words];
}

/** Where each curve began and stands: what one would see of it. */
function curveSentences(node: NodeView): string[] {
  return chartsOf(node, 0).map(({ title, value, heldout, curves }) => {
    const first = curves.find(({ style }) => style === "line")?.points[0];
    const from =
      first === undefined
        ? ""
        : `, from ${formatNumber(first.y)} at step ${formatInteger(Math.round(first.x))}`;
    const held = heldout === undefined ? "" : `, held out ${formatNumber(heldout)}`;
    return `${title} ${value === undefined ? "" : formatNumber(value)}${from}${held}`;
  });
}

function textOf(line: Line): string {
  return line
    .map(({ text }) => text)
    .join("")
    .replace(/ {2,}/g, ", ");
}
