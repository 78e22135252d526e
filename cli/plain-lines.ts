import {
  describeReasons,
  type NodeFinished,
  type NodeMetric,
  type NodeProgress,
  type NodeRow,
  type RunEvent,
  type RunStarted,
} from "../engine/index.ts";
import {
  formatBytes,
  formatInteger,
  formatNumber,
  formatRate,
  formatSeconds,
} from "../lib/format.ts";
import { noRate, observe, perSecond, type Rate, secondsLeft } from "../lib/rate.ts";
import { sanitize } from "../lib/sanitize.ts";
import { scoreOf } from "../tui/score.ts";
import { type Io, print, tell } from "./io.ts";
import { type Reporter, STOPPING } from "./reporter.ts";

/** Progress and metrics of a node are said at most this often. */
const INTERVAL_MS = 5000;

/** A line for each change of state, progress and metrics now and then: for logs, pipes and dumb terminals. */
export function plainLines(io: Io): Reporter {
  const lines = new PlainLines();
  return {
    report(event) {
      const line = lines.line(event);
      if (line !== undefined) print(io, sanitize(line));
    },
    stopping: () => tell(io, STOPPING),
    [Symbol.dispose]() {},
  };
}

/** Turns events into lines, by the events' own clock. */
export class PlainLines {
  readonly #rates = new Map<string, Rate>();
  readonly #saidAt = new Map<string, number>();
  readonly #intervalMs: number;

  constructor(intervalMs = INTERVAL_MS) {
    this.#intervalMs = intervalMs;
  }

  /** The line for an event, not yet sanitised; undefined for one that says nothing, or too soon. */
  line(event: RunEvent): string | undefined {
    switch (event.type) {
      case "run-started":
        return startLine(event);
      case "node-planned":
        return event.state === "stale"
          ? labelled("stale", event.node, describeReasons(event.why))
          : undefined;
      case "node-started":
        return labelled("running", event.node, partitionsText(event.partitions, event.reused));
      case "node-progress":
        return this.#progress(event, event.time);
      case "node-metric":
        return this.#metric(event, event.time);
      case "node-log":
        return labelled(event.level, event.node, event.message);
      case "node-row":
        return scoreLine(event);
      case "node-finished":
        return finishedLine(event);
      case "node-failed":
        return labelled("failed", event.node, event.error.message);
      default:
        return undefined;
    }
  }

  #progress(event: NodeProgress, time: number): string | undefined {
    const { node, done, total, unit } = event;
    const rate = observe(this.#rates.get(node) ?? noRate, time, done);
    this.#rates.set(node, rate);
    // Not at once: nothing is known of its speed yet, and what is short need not be said at all.
    if (!this.#saidAt.has(`progress ${node}`)) this.#saidAt.set(`progress ${node}`, time);
    if (!this.#due(`progress ${node}`, time)) return undefined;
    const speed = perSecond(rate);
    const left = secondsLeft(rate, total);
    const inBytes = unit === "bytes";
    const amount = inBytes ? formatBytes : formatInteger;
    const parts = [
      `${amount(done)}${total === null ? "" : `/${amount(total)}`}${inBytes ? "" : ` ${unit}`}`,
      ...(speed === undefined ? [] : [formatRate(speed, unit)]),
      ...(left === undefined ? [] : [`ETA ${formatSeconds(left)}`]),
    ];
    return labelled("", node, parts.join(", "));
  }

  #metric(event: NodeMetric, time: number): string | undefined {
    // Held-out metrics, which are rare, do not wait for those of training, and the other way round.
    const what = `metric ${event.node} ${Object.keys(event.values).join()}`;
    return this.#due(what, time) ? metricLine(event) : undefined;
  }

  /** Whether it is time to say this, or to say it again. */
  #due(what: string, time: number): boolean {
    const said = this.#saidAt.get(what);
    if (said !== undefined && time - said < this.#intervalMs) return false;
    this.#saidAt.set(what, time);
    return true;
  }
}

/** How many partitions run and how many are reused; empty where there is only one. */
export function partitionsText(partitions: number, reused: number): string {
  if (partitions <= 1) return "";
  const all = `${formatInteger(partitions)} partitions`;
  return reused === 0 ? all : `${all}, ${formatInteger(reused)} reused`;
}

function startLine(event: RunStarted): string {
  const jobs = `${event.jobs} ${event.jobs === 1 ? "job" : "jobs"}`;
  return `${event.pipeline}: ${event.nodes.length} nodes, seed ${event.seed}, ${jobs}, store ${event.store}`;
}

function metricLine(event: NodeMetric): string {
  const values = Object.entries(event.values).map(
    ([name, value]) => `${name} ${formatNumber(value)}`,
  );
  return labelled("", event.node, `step ${formatInteger(event.step)}: ${values.join(", ")}`);
}

/** Of a row that is a score; nothing of others. */
function scoreLine({ node, row }: NodeRow): string | undefined {
  const score = scoreOf(node, row);
  if (score === undefined) return undefined;
  const { task, metric, split, value, baseline, baselineName } = score;
  const beside =
    baseline === undefined ? "" : ` (${`${baselineName} ${formatNumber(baseline)}`.trim()})`;
  const what = [task, metric, split].filter((word) => word !== "").join(" ");
  return labelled("score", node, `${what} ${formatNumber(value)}${beside}`);
}

function finishedLine(event: NodeFinished): string | undefined {
  if (event.how === "fresh") return undefined;
  const outputs = Object.entries(event.outputs)
    .filter(([, { rows }]) => rows > 0)
    .map(([name, { rows }]) => `${formatInteger(rows)} rows of ${name}`);
  const made = outputs.length === 0 ? "" : `${outputs.join(", ")} `;
  return labelled("done", event.node, `${made}in ${formatSeconds(event.seconds)}`);
}

function labelled(label: string, node: string, text: string): string {
  const said = [node, text].filter((part) => part !== "");
  return `${label.padEnd(8)} ${said.join(": ")}`;
}
