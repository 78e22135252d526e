import { readFileSync, writeFileSync } from "node:fs";

/**
 * The most that this process has in memory from when it is made on: as the kernel says where it is Linux, else as it was
 * seen at each look, between steps.
 */
export class PeakMemory {
  readonly #byKernel = forgotten();
  #seen = 0;

  /** Looks once more; gives the most so far, in bytes. */
  look(): number {
    this.#seen = Math.max(this.#seen, process.memoryUsage.rss(), this.#byKernel ? kernels() : 0);
    return this.#seen;
  }
}

/** Has the kernel forget the peak so far; false where there is no such thing. */
function forgotten(): boolean {
  try {
    writeFileSync("/proc/self/clear_refs", "5");
    return kernels() > 0;
  } catch {
    return false;
  }
}

function kernels(): number {
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
  return 1024 * Number(kilobytes ?? 0);
}
