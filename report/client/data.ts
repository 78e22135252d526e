/** What the page gives to its script, as JSON. */
export interface PageData {
  readonly trainings: readonly TrainingData[];
}

export interface TrainingData {
  readonly node: string;
  readonly curves: readonly CurveData[];
}

/** One chart: what was measured at each step; null where it was not. */
export interface CurveData {
  readonly name: string;
  readonly title: string;
  readonly steps: readonly number[];
  readonly train: readonly (number | null)[];
  readonly heldout: readonly (number | null)[];
  readonly baseline: number | null;
}

/** Of the element that holds it. */
export const DATA_ID = "data";
