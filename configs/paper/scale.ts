/**
 * How large the experiments are: what should end on two cores in about half an hour each, or, with EXPERIMENT_SCALE=tiny,
 * what shows in seconds that they run.
 */
const full = {
  speeches: "data/*.txt",
  heldoutShare: 0.1,
  vocabSize: 4000,
  /** Each training runs once a seed: all variants' first runs come first. */
  seeds: [0, 1],
  /** How many of the variants. */
  variants: Number.POSITIVE_INFINITY,
  /** By this, steps and examples of everything are multiplied. */
  share: 1,
  /** By this, the model's widths and depths are divided. */
  smaller: 1,
};

const tiny: typeof full = {
  speeches: "data/{1799,1809,1916,1932,1934,1973}_*.txt",
  heldoutShare: 0.5,
  vocabSize: 800,
  seeds: [0],
  variants: 2,
  share: 0.01,
  smaller: 4,
};

export const scale = process.env["EXPERIMENT_SCALE"] === "tiny" ? tiny : full;

/** A number of steps or examples at this scale. */
export function scaled(count: number): number {
  return Math.max(4, Math.round(count * scale.share));
}
