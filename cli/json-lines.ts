import { type Io, print, tell } from "./io.ts";
import { type Reporter, STOPPING } from "./reporter.ts";

/** One event a line of JSON on standard output; JSON escapes control characters by itself. */
export function jsonLines(io: Io): Reporter {
  return {
    report: (event) => print(io, JSON.stringify(event)),
    stopping: () => tell(io, STOPPING),
    [Symbol.dispose]() {},
  };
}
