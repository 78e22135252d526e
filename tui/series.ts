/** A curve of bounded size: however long the run, at most `CAPACITY` points, neighbours averaged. */
export interface Series {
  readonly points: readonly Point[];
  /** How many observations a full point averages: a power of two. */
  readonly stride: number;
  /** Observations in the last point. */
  readonly filled: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Enough that a quarter of a run still has two dots a column on a wide chart. */
const CAPACITY = 1024;

export const emptySeries: Series = { points: [], stride: 1, filled: 0 };

/** Adds an observation; what is not a finite number is left out. */
export function addPoint(series: Series, x: number, y: number): Series {
  if (!Number.isFinite(x) || !Number.isFinite(y)) return series;
  const last = series.points.at(-1);
  if (last === undefined || series.filled === series.stride) {
    if (series.points.length < CAPACITY) {
      return { points: [...series.points, { x, y }], stride: series.stride, filled: 1 };
    }
    return addPoint(halve(series), x, y);
  }
  const weight = 1 / (series.filled + 1);
  const merged = { x: last.x + (x - last.x) * weight, y: last.y + (y - last.y) * weight };
  return {
    points: [...series.points.slice(0, -1), merged],
    stride: series.stride,
    filled: series.filled + 1,
  };
}

function halve(series: Series): Series {
  const points: Point[] = [];
  for (let index = 0; index + 1 < series.points.length; index += 2) {
    const a = series.points[index]!;
    const b = series.points[index + 1]!;
    points.push({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
  }
  const stride = series.stride * 2;
  return { points, stride, filled: stride };
}
