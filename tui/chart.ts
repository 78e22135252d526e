import { formatCount, formatNumber } from "../lib/format.ts";
import { displayWidth, pad } from "../lib/width.ts";
import { Dots } from "./dots.ts";
import { type Line, type Span, span, type Tone } from "./line.ts";
import type { Point } from "./series.ts";

/** One curve of a chart. */
export interface Curve {
  readonly points: readonly Point[];
  /** A joined line, dots by themselves, or a mark a point, such as for the few held-out values. */
  readonly style: "line" | "dots" | "marks";
  readonly tone: Tone;
}

export interface ChartSize {
  /** Columns, axis and labels included; 23 at least. */
  readonly width: number;
  /** Lines, axis and labels included; 4 at least. */
  readonly height: number;
}

/** The part of the x axis that is shown; all of it where undefined. */
export type Range = readonly [from: number, to: number];

const LABEL = 7;
const MARK = "◆";
/** Where the x axis is shorter than this, its ticks have a decimal. */
const FEW = 20;

/**
 * Curves as `height` lines of `width` columns at most: braille dots, the values of the top, middle and bottom on the
 * left, the first and last x below. Later curves are drawn over earlier ones. No lines where the size is too small or
 * there is no point.
 */
export function drawChart(
  curves: readonly Curve[],
  size: ChartSize,
  range?: Range,
): readonly Line[] {
  const columns = size.width - LABEL - 2;
  const rows = size.height - 2;
  const shown = curves.map((curve) => ({ ...curve, points: within(curve.points, range) }));
  const all = shown.flatMap(({ points }) => points);
  if (all.length === 0 || columns < 14 || rows < 2) return [];

  const [first, last] = range ?? extent(all);
  const [low, high] = bounds(all);
  const dots = new Dots(columns, rows);
  const span = last - first;
  const place = ({ x, y }: Point) => ({
    column: span > 0 ? Math.round(((x - first) / span) * (dots.width - 1)) : 0,
    row: Math.round(((high - y) / (high - low)) * (dots.height - 1)),
  });
  const marks = new Map<number, Tone>();
  for (const { points, style, tone } of shown) {
    if (style === "marks") {
      for (const point of points) {
        const { column, row } = place(point);
        marks.set((row >> 2) * columns + (column >> 1), tone);
      }
      continue;
    }
    let from: { readonly column: number; readonly row: number } | undefined;
    for (const point of onePerColumn(points, (each) => place(each).column)) {
      const to = place(point);
      if (style === "dots" || from === undefined) dots.set(to.column, to.row, tone);
      else dots.line(from, to, tone);
      from = to;
    }
  }
  return [
    ...body(dots, marks, columns, rows, [low, high]),
    [{ text: `${" ".repeat(LABEL + 1)}└${"─".repeat(columns)}`, tone: "faint" }],
    [{ text: `${" ".repeat(LABEL + 2)}${ticks([first, last], columns)}`, tone: "faint" }],
  ];
}

function body(
  dots: Dots,
  marks: ReadonlyMap<number, Tone>,
  columns: number,
  rows: number,
  [low, high]: Range,
): Line[] {
  const middle = (rows - 1) >> 1;
  const labels = new Map([
    [0, high],
    [rows - 1, low],
  ]);
  if (rows >= 5) labels.set(middle, high - ((high - low) * middle) / (rows - 1));
  return Array.from({ length: rows }, (_, row) => {
    const value = labels.get(row);
    const label = pad(value === undefined ? "" : axisLabel(value), LABEL, "right");
    const cells: Span[] = [span(`${label} ${value === undefined ? "│" : "┤"}`, "faint")];
    for (let column = 0; column < columns; column++) {
      const tone = marks.get(row * columns + column);
      const cell = tone === undefined ? dots.cell(row, column) : span(MARK, tone);
      const before = cells.at(-1)!;
      // Neighbours of one tone are one span: it costs the terminal, and us, less.
      if (column > 0 && before.tone === cell.tone)
        cells[cells.length - 1] = { ...before, text: before.text + cell.text };
      else cells.push(cell);
    }
    return cells;
  });
}

function ticks([first, last]: Range, columns: number): string {
  const tick = (value: number): string =>
    last - first < FEW && !Number.isInteger(value)
      ? value.toFixed(1)
      : formatCount(Math.round(value));
  const left = tick(first);
  const right = last > first ? tick(last) : "";
  if (columns < 40 || last <= first)
    return left + pad(right, Math.max(0, columns - left.length), "right");
  const middle = tick((first + last) / 2);
  const half = Math.floor((columns + middle.length) / 2);
  const start = left + pad(middle, half - left.length, "right");
  return start + pad(right, columns - displayWidth(start), "right");
}

/** With as many digits as there is room for: one that is cut off would be another number. */
function axisLabel(value: number): string {
  const whole = Math.abs(value) < 1e5 ? formatNumber(value) : formatCount(value);
  const shorter = [3, 2, 1].map((digits) => String(Number(value.toPrecision(digits))));
  return [whole, ...shorter].find((label) => label.length <= LABEL) ?? value.toExponential(0);
}

function within(points: readonly Point[], range: Range | undefined): readonly Point[] {
  if (range === undefined) return points;
  return points.filter(({ x }) => x >= range[0] && x <= range[1]);
}

function extent(points: readonly Point[]): Range {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const { x } of points) {
    first = Math.min(first, x);
    last = Math.max(last, x);
  }
  return [first, last];
}

function bounds(points: readonly Point[]): Range {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { y } of points) {
    low = Math.min(low, y);
    high = Math.max(high, y);
  }
  if (high > low) return [low, high];
  const margin = Math.abs(low) * 0.1 || 1;
  return [low - margin, high + margin];
}

/** Points that fall into one column of dots, averaged, so that noise does not paint the column full. */
function onePerColumn(points: readonly Point[], column: (point: Point) => number): Point[] {
  const merged: Point[] = [];
  let count = 0;
  let current = Number.NaN;
  for (const point of points) {
    const own = column(point);
    const last = merged.at(-1);
    if (last !== undefined && own === current) {
      count++;
      merged[merged.length - 1] = { x: last.x, y: last.y + (point.y - last.y) / count };
      continue;
    }
    merged.push(point);
    current = own;
    count = 1;
  }
  return merged;
}
