import { spawn } from "node:child_process";
import { importing } from "../lib/start-thread.ts";
import type { BackendOptions } from "./backend.ts";
import { BACKEND_NAMES, type BackendName, type BackendProbe } from "./select.ts";

/** What the process that tries backends is told; it answers with a `BackendProbe` for each name in turn. */
export interface Asked {
  readonly names: readonly BackendName[];
  readonly options: BackendOptions;
}

/** What a library said last, in characters, where it ended the process. */
const KEPT = 4096;

/**
 * Tries every backend; never throws. That happens in a process of its own: drivers and libraries write to its standard
 * error as they like, and one that ends the process is found out, and the backends after it are tried in another.
 */
export async function probeBackends(options: BackendOptions): Promise<readonly BackendProbe[]> {
  const probes: BackendProbe[] = [];
  while (probes.length < BACKEND_NAMES.length) {
    const names = BACKEND_NAMES.slice(probes.length);
    const end = await probeInProcess({ names, options }, (probe) => probes.push(probe));
    const [name] = BACKEND_NAMES.slice(probes.length);
    if (name !== undefined)
      probes.push({ name, available: false, detail: `it ends the process that tries it: ${end}` });
  }
  return probes;
}

/** Resolves when all are tried, or the process has ended, with how it did and what it said last. */
function probeInProcess(asked: Asked, onProbe: (probe: BackendProbe) => void): Promise<string> {
  const code = importing(new URL("./probe-process", import.meta.url), import.meta.url);
  const child = spawn(process.execPath, ["-e", code], {
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  let [tried, said] = [0, ""];
  child.stderr!.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-KEPT);
  });
  child.on("message", (probe) => {
    onProbe(probe as BackendProbe);
    // Its end would take time, and some libraries abort in it.
    if (++tried === asked.names.length) child.kill("SIGKILL");
  });
  child.send(asked, () => {});
  return new Promise((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code, signal) => {
      const last = said.trim().split("\n").at(-1)!.trim();
      resolve([signal ?? `code ${code}`, last].filter((part) => part !== "").join(", "));
    });
  });
}
