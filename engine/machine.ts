import { arch, availableParallelism, cpus, platform, totalmem } from "node:os";

/** What a run was computed on; its times mean little without it. */
export interface Machine {
  /** Of Node, e.g. `v20.20.2`. */
  readonly node: string;
  readonly platform: string;
  readonly arch: string;
  /** The processor's name, empty where the system does not tell. */
  readonly cpu: string;
  /** How many threads this process may use at once. */
  readonly cores: number;
  /** In bytes. */
  readonly memory: number;
}

/** The machine that this process is on. */
export function thisMachine(): Machine {
  return {
    node: process.version,
    platform: platform(),
    arch: arch(),
    cpu: cpus()[0]?.model.trim() ?? "",
    cores: availableParallelism(),
    memory: totalmem(),
  };
}
