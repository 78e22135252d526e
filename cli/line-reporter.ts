import type { Ui } from "./choose-ui.ts";
import type { Io } from "./io.ts";
import type { Reporter } from "./reporter.ts";

/** A run as lines on standard output. */
export async function lineReporter(io: Io, ui: Exclude<Ui, "tui">): Promise<Reporter> {
  if (ui === "json") return (await import("./json-lines.ts")).jsonLines(io);
  if (io.workflow !== undefined)
    return (await import("./actions.ts")).actionsLines(io, io.workflow);
  return (await import("./plain-lines.ts")).plainLines(io);
}
