/**
 * The measures by which GLUE scores its tasks, equal to scikit-learn's and SciPy's. Labels are class indices;
 * `labels` and `predictions` are of one length, at least 1.
 */
type Values = ArrayLike<number>;

/** The share of predictions that equal their labels, in [0, 1]. */
export function accuracy(labels: Values, predictions: Values): number {
  let right = 0;
  for (let row = 0; row < labels.length; row++) if (labels[row] === predictions[row]) right++;
  return right / labels.length;
}

/** F1 of class 1, in [0, 1]; 0 where class 1 is neither there nor predicted. */
export function f1(labels: Values, predictions: Values): number {
  let both = 0;
  let either = 0;
  for (let row = 0; row < labels.length; row++) {
    const [label, prediction] = [labels[row] === 1, predictions[row] === 1];
    if (label && prediction) both++;
    either += Number(label) + Number(prediction);
  }
  return either === 0 ? 0 : (2 * both) / either;
}

/**
 * Matthews' correlation coefficient for any number of classes, in [-1, 1]; 0 where labels or predictions are all of
 * one class. Source: Gorodkin, "Comparing two K-category assignments by a K-category correlation coefficient", 2004.
 */
export function matthews(labels: Values, predictions: Values): number {
  const rows = labels.length;
  const labelled = new Map<number, number>();
  const predicted = new Map<number, number>();
  let right = 0;
  for (let row = 0; row < rows; row++) {
    const [label, prediction] = [labels[row]!, predictions[row]!];
    labelled.set(label, (labelled.get(label) ?? 0) + 1);
    predicted.set(prediction, (predicted.get(prediction) ?? 0) + 1);
    if (label === prediction) right++;
  }
  let expected = 0;
  for (const [label, count] of labelled) expected += count * (predicted.get(label) ?? 0);
  const spread = (counts: ReadonlyMap<number, number>) => {
    let squares = 0;
    for (const count of counts.values()) squares += count * count;
    return rows * rows - squares;
  };
  const norm = Math.sqrt(spread(labelled)) * Math.sqrt(spread(predicted));
  return norm === 0 ? 0 : (right * rows - expected) / norm;
}

/** Pearson's correlation coefficient, in [-1, 1]; NaN where either side is constant. */
export function pearson(x: Values, y: Values): number {
  const [meanX, meanY] = [mean(x), mean(y)];
  let [xy, xx, yy] = [0, 0, 0];
  for (let row = 0; row < x.length; row++) {
    const [dx, dy] = [x[row]! - meanX, y[row]! - meanY];
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  if (isConstant(x) || isConstant(y)) return Number.NaN;
  return Math.max(-1, Math.min(1, xy / Math.sqrt(xx) / Math.sqrt(yy)));
}

/** Spearman's rank correlation coefficient, ties given their mean rank; NaN where either side is constant. */
export function spearman(x: Values, y: Values): number {
  return pearson(ranks(x), ranks(y));
}

function mean(values: Values): number {
  let sum = 0;
  for (let row = 0; row < values.length; row++) sum += values[row]!;
  return sum / values.length;
}

/** The mean of equal values may differ from them in its last bit, so the sums cannot tell. */
function isConstant(values: Values): boolean {
  for (let row = 1; row < values.length; row++) if (values[row] !== values[0]) return false;
  return true;
}

function ranks(values: Values): Float64Array {
  const order = Array.from({ length: values.length }, (_, row) => row);
  order.sort((a, b) => values[a]! - values[b]!);
  const ranked = new Float64Array(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && values[order[to]!] === values[order[from]!]) to++;
    for (let at = from; at < to; at++) ranked[order[at]!] = (from + to + 1) / 2;
    from = to;
  }
  return ranked;
}

/** Every metric by the name that a task asks for it. Of all of them more is better. */
export const METRICS = { accuracy, f1, matthews, pearson, spearman } as const;

export type Metric = keyof typeof METRICS;
