import { usage } from "./arguments.ts";
import type { Io } from "./io.ts";

export const UIS = ["tui", "plain", "json"] as const;
export type Ui = (typeof UIS)[number];

/** The options of a command that shows a run. */
export const uiOptions = {
  ui: {
    type: "string",
    value: UIS.join("|"),
    description: "tui on a terminal, else plain; json is an event a line",
  },
  ascii: { type: "boolean", description: "draw the dashboard with ASCII only" },
} as const;

/** The asked-for way to show a run, or the best that standard output can do. Throws a PipelineError (exit 2). */
export function chooseUi(io: Io, asked: string | undefined): Ui {
  const ui = UIS.find((each) => each === asked);
  if (asked !== undefined && ui === undefined)
    throw usage("--ui is not one that there is", { expected: UIS.join(", "), got: asked });
  if (ui === "tui" && !io.stdout.isTTY)
    throw usage("--ui tui needs a terminal", {
      got: "standard output that is not one",
      hint: "use --ui plain",
    });
  const dumb = io.env["TERM"] === "dumb" || (io.env["CI"] ?? "") !== "";
  return ui ?? (io.stdout.isTTY && !dumb ? "tui" : "plain");
}
