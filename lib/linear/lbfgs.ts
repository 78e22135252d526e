/** A smooth function: its value at a point, whose gradient it writes into `gradient`. */
export type Objective = (point: Float64Array, gradient: Float64Array) => number;

export interface MinimiseOptions {
  /** Ends where no component of the gradient is larger. */
  readonly tolerance: number;
  readonly maxIterations: number;
}

/** How many pairs of steps and changes of the gradient stand for the curvature. */
const MEMORY = 10;
/** Armijo's constant: the decrease asked for, as a share of the one that the slope promises. */
const DECREASE = 1e-4;
const MOST_HALVINGS = 30;

/**
 * Minimises a convex function from a start, in place; gives the number of iterations.
 * Source: Nocedal and Wright, "Numerical Optimization", 2nd edition, algorithms 7.4 and 7.5, with backtracking.
 */
export function minimise(
  objective: Objective,
  point: Float64Array,
  { tolerance, maxIterations }: MinimiseOptions,
): number {
  const size = point.length;
  let gradient = new Float64Array(size);
  let value = objective(point, gradient);
  const history: { step: Float64Array; change: Float64Array; inverse: number }[] = [];
  const trial = new Float64Array(size);
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    if (largest(gradient) <= tolerance) return iteration;
    const direction = newtonLike(gradient, history);
    let slope = dot(direction, gradient);
    if (slope >= 0) {
      history.length = 0;
      for (let index = 0; index < size; index++) direction[index] = -gradient[index]!;
      slope = -dot(gradient, gradient);
    }
    // Nothing is known of the scale before the first step.
    let length = history.length === 0 ? Math.min(1, 1 / Math.sqrt(-slope)) : 1;
    const next = new Float64Array(size);
    let reached = value;
    let halvings = 0;
    for (; halvings < MOST_HALVINGS; halvings++, length /= 2) {
      for (let index = 0; index < size; index++)
        trial[index] = point[index]! + length * direction[index]!;
      reached = objective(trial, next);
      if (reached <= value + DECREASE * length * slope) break;
    }
    // Rounding hides any further decrease.
    if (halvings === MOST_HALVINGS) return iteration;
    const step = new Float64Array(size);
    const change = new Float64Array(size);
    for (let index = 0; index < size; index++) {
      step[index] = trial[index]! - point[index]!;
      change[index] = next[index]! - gradient[index]!;
    }
    const curvature = dot(step, change);
    if (curvature > 1e-12 * dot(change, change)) {
      history.push({ step, change, inverse: 1 / curvature });
      if (history.length > MEMORY) history.shift();
    }
    point.set(trial);
    gradient = next;
    value = reached;
  }
  return maxIterations;
}

/** The gradient times minus the inverse of what the history says of the Hessian: two loops over the history. */
function newtonLike(
  gradient: Float64Array,
  history: readonly { step: Float64Array; change: Float64Array; inverse: number }[],
): Float64Array {
  const direction = gradient.map((value) => -value);
  const shares: number[] = [];
  for (const { step, change, inverse } of history.toReversed()) {
    const share = inverse * dot(step, direction);
    shares.push(share);
    addScaled(direction, change, -share);
  }
  const last = history.at(-1);
  if (last !== undefined) {
    const scale = 1 / (last.inverse * dot(last.change, last.change));
    for (let index = 0; index < direction.length; index++) direction[index]! *= scale;
  }
  for (const { step, change, inverse } of history)
    addScaled(direction, step, shares.pop()! - inverse * dot(change, direction));
  return direction;
}

function addScaled(into: Float64Array, values: Float64Array, scale: number): void {
  for (let index = 0; index < into.length; index++) into[index]! += scale * values[index]!;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += a[index]! * b[index]!;
  return sum;
}

function largest(values: Float64Array): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}
