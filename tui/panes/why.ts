import { wrap } from "../../lib/width.ts";
import { type Line, span } from "../line.ts";
import type { NodeView } from "../node-state.ts";
import type { Pane, Room } from "./pane.ts";

/** Each difference between what the node is wanted to be made from and what its last artifact was made from. */
export function why(node: NodeView, { columns }: Room): Pane {
  return { lines: [[{ text: headline(node), bold: true }], ...node.reasons.flatMap(bullet)] };

  function bullet(reason: string): Line[] {
    return wrap(reason, columns - 2).map((line, index) => [
      span(index === 0 ? "· " : "  ", "faint"),
      span(line),
    ]);
  }
}

function headline({ id, state, inputs, fingerprint, reasons }: NodeView): string {
  if (reasons.length > 0) return `${id} is made again, for it differs from its last artifact:`;
  if (fingerprint !== "")
    return `${id} is as it was: ${fingerprint} is the fingerprint of what it would be made from`;
  const reads = inputs.length === 0 ? "" : ` once ${inputs.join(", ")} is there`;
  return state === "waiting" ? `${id} will be planned${reads}` : `${id}: nothing is known of why`;
}
