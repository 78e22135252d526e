import { EXIT, type ExitCode, type PlainError, type RunEvent } from "../engine/index.ts";
import { formatSeconds } from "../lib/format.ts";
import { type Io, tell } from "./io.ts";
import { RunRecord } from "./run-record.ts";
import { describeError } from "./show-error.ts";
import { textTable } from "./text-table.ts";

/** Where standard output is not a terminal. */
const WIDTH = 120;

/** What was seen of a run by its events alone. */
export class Watched {
  readonly #record = new RunRecord();
  readonly #failures: PlainError[] = [];
  #state: "unfinished" | "done" | "failed" | "interrupted" = "unfinished";
  #outputs: readonly (readonly [name: string, folder: string])[] = [];

  add(event: RunEvent): void {
    this.#record.add(event);
    if (event.type === "node-failed")
      this.#failures.push({ ...event.error, message: `${event.node}: ${event.error.message}` });
    if (event.type !== "run-finished") return;
    this.#state = event.state;
    this.#outputs = Object.entries(event.outputs);
  }

  /** That of the run itself; of one that is not finished 0. */
  get exitCode(): ExitCode {
    if (this.#state === "interrupted") return EXIT.interrupted;
    if (this.#state === "failed") return (this.#failures[0]?.exitCode ?? EXIT.failed) as ExitCode;
    return EXIT.done;
  }

  /** What became of each node, and where its outputs are; failures are told as errors. */
  summary(io: Io): string {
    const width = io.stdout.isTTY ? io.stdout.columns : WIDTH;
    const nodes = this.#record.nodes.map(({ id, outcome, seconds, why }) => {
      const now = outcome === "stopped" && this.#state === "unfinished" ? "running" : outcome;
      return [id, now, seconds === undefined ? "" : formatSeconds(seconds), why];
    });
    const blocks = [textTable(["node", "outcome", "time", "why"], nodes, Math.max(40, width - 40))];
    if (this.#outputs.length > 0) blocks.push(textTable(["output", "where"], this.#outputs, 200));
    for (const failure of this.#failures) tell(io, `\n${describeError(failure)}`);
    blocks.push(
      this.#state === "unfinished"
        ? "the run is not finished"
        : `${this.#state} in ${formatSeconds(this.#record.seconds)}`,
    );
    return blocks.join("\n\n");
  }
}
