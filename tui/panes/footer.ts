import { KEYS } from "../keys.ts";
import { cut, type Line, lineWidth, type Span, span } from "../line.ts";
import type { Model } from "../model.ts";

const STOPPING = "Stopping once the work in hand is safe. Ctrl-C again stops at once.";

/** The keys that matter most, or what the user has to be told instead. */
export function footer(model: Model): Line {
  const { ui, stopping, columns, cut: broken } = model;
  if (ui.search?.typing === true)
    return cut([span("/", "accent"), span(`${ui.search.text}_`)], columns);
  if (stopping) return cut([span(STOPPING, "wait")], columns);
  if (ui.message !== undefined) return cut([span(ui.message, "accent")], columns);
  if (broken !== undefined) return cut([span(`${broken}  q: leave`, "bad")], columns);
  return hints(model);
}

function hints({ columns, watching, state }: Model): Line {
  const line: Span[] = [];
  const stop = watching || state.finished !== undefined ? "leave" : "stop";
  const shown = KEYS.filter(({ hint }) => hint !== undefined);
  // What one must know before all: how to get help, and out.
  const sorted = [...shown.filter(isFirst), ...shown.filter((binding) => !isFirst(binding))];
  for (const { action, shown: keys, hint } of sorted) {
    const next = [
      span(line.length === 0 ? "" : "  "),
      span(keys, "accent"),
      span(` ${action === "stop" ? stop : hint}`, "faint"),
    ];
    if (lineWidth(line) + lineWidth(next) > columns) break;
    line.push(...next);
  }
  return line;
}

function isFirst({ action }: { readonly action: string }): boolean {
  return action === "help" || action === "stop";
}
