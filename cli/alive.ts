import { hostname } from "node:os";
import type { RunStarted } from "../engine/index.ts";

/** Whether the process of a run is gone, as far as can be told from here: not of one on another machine. */
export function isGone({ pid, host }: Pick<RunStarted, "pid" | "host">): boolean {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}
