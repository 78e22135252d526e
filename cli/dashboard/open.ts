import type { RunEvent } from "../../engine/index.ts";
import { type ExampleKey, openDashboard, type TableReader } from "../../tui/index.ts";
import type { Io } from "../io.ts";
import { PlainLines } from "../plain-lines.ts";
import type { Reporter } from "../reporter.ts";

export interface DashboardReporter extends Reporter {
  /** Says why no more events are to be expected. */
  cut(because: string): void;
}

export interface DashboardReporterOptions {
  readonly ascii: boolean;
  /** Whether another process runs the pipeline. */
  readonly watching: boolean;
  readonly onStop: () => void;
}

/** The dashboard as a reporter, which reads finished tables from the store that the run's first event names. */
export async function dashboardReporter(
  io: Io,
  options: DashboardReporterOptions,
): Promise<DashboardReporter> {
  const lines = new PlainLines();
  const tables = new LateTables();
  const dashboard = await openDashboard({
    ...options,
    terminal: io.stdout,
    keyboard: io.stdin,
    env: io.env,
    tables,
    plainLine: (event) => lines.line(event),
  });
  return {
    report(event) {
      tables.learn(event);
      dashboard.show(event);
    },
    stopping: () => dashboard.stopping(),
    cut: (because) => dashboard.cut(because),
    [Symbol.dispose]: () => dashboard[Symbol.dispose](),
  };
}

/** The tables of a store that is known only once the run has begun; opened when first looked into. */
class LateTables implements TableReader {
  #root = "";
  readonly #inputs = new Map<string, readonly string[]>();
  #opened: Promise<TableReader> | undefined;

  learn(event: RunEvent): void {
    if (event.type !== "run-started") return;
    this.#root = event.store;
    for (const { id, inputs } of event.nodes) this.#inputs.set(id, inputs);
  }

  async example(key: ExampleKey) {
    return await (await this.#open()).example(key);
  }

  async guess(key: ExampleKey) {
    return await (await this.#open()).guess(key);
  }

  async rows(node: string, folder: string) {
    return await (await this.#open()).rows(node, folder);
  }

  #open(): Promise<TableReader> {
    this.#opened ??= import("./store-tables.ts").then(({ StoreTables }) =>
      StoreTables.open(this.#root, this.#inputs),
    );
    return this.#opened;
  }
}
