import { type Layout, layout, MIN_COLUMNS, MIN_ROWS } from "./layout.ts";
import { cut, filled, type Line, plain, span } from "./line.ts";
import type { Model } from "./model.ts";
import { detail } from "./panes/detail.ts";
import { footer } from "./panes/footer.ts";
import { header } from "./panes/header.ts";
import { help } from "./panes/help.ts";
import { logTail } from "./panes/log.ts";
import { machineLine } from "./panes/machine-line.ts";
import { nodeList } from "./panes/node-list.ts";
import type { Extent } from "./ui.ts";

/** A whole frame. */
export interface View {
  /** At most `rows - 1`, none wider than `columns`. */
  readonly lines: readonly Line[];
  /** Of the details, for whoever scrolls them. */
  readonly extent: Extent;
}

const NOTHING: Extent = { lines: 0, height: 1 };

/** What a model looks like. */
export function view(model: Model): View {
  const { columns, rows, state, ui } = model;
  const shared = layout(columns, rows, { nodes: state.nodes.length, open: ui.open });
  if (shared.kind === "small") return { lines: tooSmall(model), extent: NOTHING };
  const top = [header(model), machineLine(model.machine, columns)];
  const room = rows - 1 - top.length - 1;
  const { lines, extent } = ui.help
    ? { lines: help(columns, room), extent: NOTHING }
    : body(model, shared);
  const padding = Array.from({ length: Math.max(0, room - lines.length) }, (): Line => []);
  const all = [...top, ...lines.slice(0, room), ...padding, footer(model)];
  return { lines: all.map((line) => cut(line, columns)), extent };
}

function body(model: Model, shared: Exclude<Layout, { kind: "small" }>): View {
  const { columns, rows } = model;
  if (shared.kind === "open") {
    const { title, lines, extent } = detail(model, { columns, lines: shared.detail });
    return { lines: [title, ...lines], extent };
  }
  if (shared.kind === "stacked") {
    const { title, lines, extent } = detail(model, { columns, lines: shared.detail });
    const blank = Array.from({ length: shared.detail - lines.length }, (): Line => []);
    const tail =
      shared.log === 0 ? [] : [rule("log", columns), ...logTail(model, columns, shared.log)];
    return {
      lines: [...nodeList(model, columns, shared.nodes), title, ...lines, ...blank, ...tail],
      extent,
    };
  }
  const { left, right, nodes, log } = shared;
  const { title, lines, extent } = detail(model, { columns: right, lines: shared.detail });
  const tail =
    log > 2 && model.state.log.length > 0
      ? [[], rule("log", left), ...logTail(model, left, log)]
      : [];
  const west = [...nodeList(model, left, nodes), ...tail];
  const east = [title, ...lines];
  const both = Array.from({ length: rows - 4 }, (_, row): Line => {
    return [...filled(west[row] ?? [], left), span(" │ ", "faint"), ...(east[row] ?? [])];
  });
  return { lines: both, extent };
}

function rule(name: string, columns: number): Line {
  return cut([span("── ", "faint"), { text: name, bold: true }], columns);
}

/** Says what is wrong, and what becomes of the run meanwhile. */
function tooSmall({ columns, rows, state, stopping, watching }: Model): Line[] {
  const running = state.nodes.filter((node) => node.state === "running").map(({ id }) => id);
  const settled = state.nodes.filter((node) => node.state === "done" || node.state === "fresh");
  return [
    plain(`${columns}×${rows} is too small: ${MIN_COLUMNS}×${MIN_ROWS} is needed.`),
    plain(stopping ? "The run is stopping." : "The run goes on."),
    plain(`${settled.length}/${state.nodes.length} nodes  ${running.join(", ")}`),
    plain(watching ? "q: leave" : "q: stop"),
  ]
    .slice(0, Math.max(1, rows - 1))
    .map((line) => cut(line, columns));
}
