import type { Curve, Range } from "./chart.ts";
import type { NodeView } from "./node-state.ts";
import type { Point, Series } from "./series.ts";

/** One chart of a node's metrics. */
export interface ChartView {
  readonly title: string;
  readonly curves: readonly Curve[];
  /** The latest value of what is measured in training, and of what is held out. */
  readonly value: number | undefined;
  readonly heldout: number | undefined;
}

/** Which part of the x axis is looked at. */
export interface ChartWindow {
  /** Doublings of the x axis; 0 shows all. */
  readonly zoom: number;
  /** Where the window ends, in halves of its width before the latest step. */
  readonly pan: number;
}

const HELDOUT = "heldout_";
/** In this order before all others; a group's metrics share a chart. */
const KNOWN: readonly (readonly [title: string, test: RegExp])[] = [
  ["masked-LM loss", /^masked_lm_loss$/],
  ["sentence-order loss", /^sentence_order_loss$/],
  ["loss", /^loss$/],
  ["masked-LM accuracy", /^masked_lm_accuracy$/],
  ["sentence-order accuracy", /^sentence_order_accuracy$/],
  ["learning rate", /^learning_rate$/],
  ["tokens/s", /^tokens_per_second$/],
  ["gradient norm", /^gradient_norm$/],
  ["trust ratios", /^trust_ratio/],
  ["passes over the examples", /^epochs$/],
  ["memory, bytes", /^memory_bytes$/],
  ["share of the matmul peak", /^matmul_peak_share$/],
];
const TONES = ["accent", "wait", "good", "bad"] as const;

/**
 * A node's charts, the known metrics first; a metric's held-out values stand in its chart. `smoothing` is the share of
 * the smoothed value that each next one keeps, from 0.
 */
export function chartsOf({ series, metrics }: NodeView, smoothing: number): readonly ChartView[] {
  const groups = new Map<string, string[]>();
  for (const name of Object.keys(series).sort(byRank)) {
    const title = titleOf(base(name));
    groups.set(title, [...(groups.get(title) ?? []), name]);
  }
  return [...groups].map(([title, names]) => {
    const trained = names.filter((name) => !name.startsWith(HELDOUT));
    const heldout = names.filter((name) => name.startsWith(HELDOUT));
    const several = trained.length > 1;
    return {
      title: several
        ? `${title} (${trained.map((name) => name.replace(/^trust_ratio_?/, "") || name).join(", ")})`
        : title,
      curves: [
        ...trained.flatMap((name, index) =>
          smoothed(series[name]!, several ? TONES[index % TONES.length]! : "accent", smoothing),
        ),
        ...heldout.map((name): Curve => {
          return { points: series[name]!.points, style: "marks", tone: "heldout" };
        }),
      ],
      value: trained[0] === undefined ? undefined : metrics[trained[0]],
      heldout: heldout[0] === undefined ? undefined : metrics[heldout[0]],
    };
  });
}

/** The part of the x axis that a zoom shows, of all steps that the charts have; undefined for all. */
export function windowOf(
  charts: readonly ChartView[],
  { zoom, pan }: ChartWindow,
): Range | undefined {
  if (zoom === 0) return undefined;
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const { points } of charts.flatMap(({ curves }) => curves)) {
    first = Math.min(first, points[0]?.x ?? first);
    last = Math.max(last, points.at(-1)?.x ?? last);
  }
  if (!(last > first)) return undefined;
  const width = (last - first) / 2 ** zoom;
  const to = Math.max(first + width, last - (pan * width) / 2);
  return [to - width, to];
}

/** The values as they are, and over them their exponential moving average, without its bias towards 0 (Kingma and Ba 2015). */
function smoothed({ points }: Series, tone: Curve["tone"], smoothing: number): readonly Curve[] {
  if (smoothing <= 0) return [{ points, style: "line", tone }];
  let mean = 0;
  let weight = 0;
  const average = points.map(({ x, y }): Point => {
    mean = smoothing * mean + (1 - smoothing) * y;
    weight = smoothing * weight + (1 - smoothing);
    return { x, y: mean / weight };
  });
  return [
    { points, style: "dots", tone: "faint" },
    { points: average, style: "line", tone },
  ];
}

function base(name: string): string {
  return name.startsWith(HELDOUT) ? name.slice(HELDOUT.length) : name;
}

function titleOf(name: string): string {
  return KNOWN.find(([, test]) => test.test(name))?.[0] ?? name;
}

function byRank(a: string, b: string): number {
  const rank = (name: string): number => {
    const found = KNOWN.findIndex(([, test]) => test.test(base(name)));
    return found < 0 ? KNOWN.length : found;
  };
  return rank(a) - rank(b);
}
