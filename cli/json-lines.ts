import type { Io } from "./io.ts";
import { print } from "./io.ts";
import type { Reporter } from "./reporter.ts";

/** One event a line of JSON on standard output; JSON escapes control characters by itself. */
export function jsonLines(io: Io): Reporter {
  return {
    report: (event) => print(io, JSON.stringify(event)),
    [Symbol.dispose]() {},
  };
}
