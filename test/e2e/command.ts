import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { RunEvent } from "../../engine/index.ts";

export const ROOT = join(import.meta.dirname, "../..");

/** What a command left behind. */
export interface Left {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Every event, where the command was told `--ui json`. */
  readonly events: readonly RunEvent[];
}

/** `pipeline` as a child process: no terminal, no settings of this one's but where programs are. */
export class Command {
  readonly #child: ChildProcess;
  readonly #events: RunEvent[] = [];
  readonly #waiting = new Set<() => void>();
  #stdout = "";
  #stderr = "";
  /** Resolves when the process is gone and all that it said was read. */
  readonly ended: Promise<Left>;

  constructor(folder: string, args: readonly string[], variables: NodeJS.ProcessEnv = {}) {
    const { PATH, HOME, TMPDIR } = process.env;
    this.#child = spawn(process.execPath, [join(ROOT, "bin/pipeline.js"), ...args], {
      cwd: folder,
      env: { PATH, HOME, TMPDIR, CI: "true", ...variables },
      stdio: ["ignore", "pipe", "pipe"],
      // A process group of its own, as a shell gives it: Ctrl-C goes to all of the group.
      detached: true,
    });
    const json = args.some((arg, index) => arg === "json" && args[index - 1] === "--ui");
    const lines = createInterface({ input: this.#child.stdout! });
    lines.on("line", (line) => {
      this.#stdout += `${line}\n`;
      if (json) this.#events.push(JSON.parse(line));
      this.#look();
    });
    this.#child.stderr!.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr += text;
      this.#look();
    });
    this.ended = new Promise((resolve, reject) => {
      this.#child.on("error", reject);
      this.#child.on("close", (status, signal) => {
        resolve({
          status,
          signal,
          stdout: this.#stdout,
          stderr: this.#stderr,
          events: this.#events,
        });
      });
    });
  }

  /** Resolves with the first event that the test is true of; rejects where the process ends without one. */
  event(test: (event: RunEvent) => boolean): Promise<RunEvent> {
    return this.#until(() => this.#events.find(test));
  }

  /** Resolves once a text has been said. */
  async says(text: string): Promise<void> {
    await this.#until(
      () => this.#stderr.includes(text) || this.#stdout.includes(text) || undefined,
    );
  }

  /** Sends a signal to the process and its children, as a terminal does; to none where they are gone. */
  kill(signal: NodeJS.Signals): void {
    const { pid, exitCode, signalCode } = this.#child;
    if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, signal);
  }

  #look(): void {
    for (const check of this.#waiting) check();
  }

  #until<T>(find: () => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const check = () => {
        const found = find();
        if (found === undefined) return;
        this.#waiting.delete(check);
        resolve(found);
      };
      this.#waiting.add(check);
      check();
      void this.ended.then(({ status, stdout, stderr }) =>
        reject(new Error(`it ended with ${status} before that:\n${stdout}${stderr}`)),
      );
    });
  }
}
