import { formatCount, formatNumber } from "../lib/format.ts";
import { pad, truncate } from "../lib/width.ts";
import type { Point } from "./series.ts";

export interface ChartSize {
  /** Columns, axis and labels included; 23 at least. */
  readonly width: number;
  /** Lines, axis and labels included; 4 at least. */
  readonly height: number;
}

/** A braille character holds 2 × 4 dots; these are the bits of [row][column] above U+2800 (Unicode, Braille Patterns). */
const DOTS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;
const LABEL = 7;

/**
 * A curve as `height` lines of exactly `width` columns: braille dots, the values of its top, middle and bottom on the
 * left, the x of its first and last point below. No lines where the size is too small or there is no point.
 */
export function drawChart(points: readonly Point[], size: ChartSize): readonly string[] {
  const columns = size.width - LABEL - 2;
  const rows = size.height - 2;
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || columns < 14 || rows < 2) return [];

  const [low, high] = bounds(points);
  const dots = new Dots(columns, rows);
  const span = last.x - first.x;
  const column = (x: number): number =>
    span > 0 ? Math.round(((x - first.x) / span) * (dots.width - 1)) : 0;
  const row = (y: number): number => Math.round(((high - y) / (high - low)) * (dots.height - 1));
  let from = { column: column(first.x), row: row(first.y) };
  for (const point of onePerColumn(points, column)) {
    const to = { column: column(point.x), row: row(point.y) };
    dots.line(from.column, from.row, to.column, to.row);
    from = to;
  }

  const labels = new Map([
    [0, high],
    [rows - 1, low],
  ]);
  if (rows >= 5)
    labels.set((rows - 1) >> 1, high - ((high - low) * ((rows - 1) >> 1)) / (rows - 1));
  const body = dots.lines().map((line, index) => {
    const value = labels.get(index);
    const label = value === undefined ? "" : axisLabel(value);
    return `${pad(label, LABEL, "right")} ${value === undefined ? "│" : "┤"}${line}`;
  });
  const left = formatCount(Math.round(first.x));
  const right = formatCount(Math.round(last.x));
  const axis = `${" ".repeat(LABEL + 1)}└${"─".repeat(columns)}`;
  const ticks = left + pad(span > 0 ? right : "", Math.max(0, columns - left.length), "right");
  return [...body, axis, `${" ".repeat(LABEL + 2)}${ticks}`];
}

function axisLabel(value: number): string {
  return truncate(Math.abs(value) < 1e5 ? formatNumber(value) : formatCount(value), LABEL);
}

function bounds(points: readonly Point[]): [low: number, high: number] {
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
function onePerColumn(points: readonly Point[], column: (x: number) => number): Point[] {
  const merged: Point[] = [];
  let count = 0;
  for (const point of points) {
    const last = merged.at(-1);
    if (last !== undefined && column(last.x) === column(point.x)) {
      count++;
      merged[merged.length - 1] = { x: last.x, y: last.y + (point.y - last.y) / count };
    } else {
      merged.push(point);
      count = 1;
    }
  }
  return merged;
}

/** A grid of dots, two a column and four a row of text. */
class Dots {
  readonly width: number;
  readonly height: number;
  readonly #columns: number;
  readonly #cells: Uint8Array;

  constructor(columns: number, rows: number) {
    this.width = columns * 2;
    this.height = rows * 4;
    this.#columns = columns;
    this.#cells = new Uint8Array(columns * rows);
  }

  /** Sets the dots of a straight line, both ends included. */
  line(fromColumn: number, fromRow: number, toColumn: number, toRow: number): void {
    const across = Math.abs(toColumn - fromColumn);
    const down = Math.abs(toRow - fromRow);
    const steps = Math.max(across, down);
    for (let step = 0; step <= steps; step++) {
      const part = steps === 0 ? 0 : step / steps;
      const column = Math.round(fromColumn + (toColumn - fromColumn) * part);
      const row = Math.round(fromRow + (toRow - fromRow) * part);
      const cell = (row >> 2) * this.#columns + (column >> 1);
      this.#cells[cell]! |= DOTS[(row & 3) as 0 | 1 | 2 | 3][(column & 1) as 0 | 1];
    }
  }

  lines(): string[] {
    const lines: string[] = [];
    for (let start = 0; start < this.#cells.length; start += this.#columns) {
      const row = this.#cells.subarray(start, start + this.#columns);
      lines.push(Array.from(row, (cell) => String.fromCharCode(0x2800 + cell)).join(""));
    }
    return lines;
  }
}
