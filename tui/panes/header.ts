import { formatSeconds } from "../../lib/format.ts";
import { apart, type Line, span, type Tone } from "../line.ts";
import type { Model } from "../model.ts";

const STATES = {
  done: ["done", "good"],
  failed: ["failed", "bad"],
  interrupted: ["interrupted", "wait"],
} as const;

/** What runs, how it stands, how many nodes are settled, and for how long. */
export function header(model: Model): Line {
  const { state, columns } = model;
  const settled = state.nodes.filter((node) => node.state === "done" || node.state === "fresh");
  const [word, tone] = stateOf(model);
  const right =
    state.startedAt === undefined
      ? "starting"
      : `${settled.length}/${state.nodes.length} nodes  ${formatSeconds(secondsOf(model))}`;
  const { warnings } = state;
  const warned = warnings === 0 ? "" : `${warnings} ${warnings === 1 ? "warning" : "warnings"}  `;
  return apart(
    [{ text: state.pipeline, bold: true }, span(word === "" ? "" : `  ${word}`, tone)],
    [span(warned, "wait"), span(right)],
    columns,
  );
}

function stateOf({ state, stopping, cut, watching }: Model): readonly [string, Tone | undefined] {
  if (state.finished !== undefined) return STATES[state.finished.state];
  if (cut !== undefined) return ["cut off", "bad"];
  if (stopping) return ["stopping", "wait"];
  if (watching) return ["watched", undefined];
  // Files are hashed and stages' code is looked at.
  return [state.nodes.every((node) => node.state === "waiting") ? "planning" : "", undefined];
}

function secondsOf({ state, now }: Model): number {
  if (state.finished !== undefined) return state.finished.seconds;
  return Math.max(0, now - state.startedAt!) / 1000;
}
