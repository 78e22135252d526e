/**
 * The exponential moving average of what was measured, corrected for having begun at nothing (as Adam's moments are:
 * Kingma and Ba, 2015): `weight` of what was seen before, from 0 (none) to below 1.
 */
export function smoothed(values: readonly (number | null)[], weight: number): (number | null)[] {
  let mean = 0;
  let seen = 0;
  return values.map((value) => {
    if (value === null) return null;
    mean = weight * mean + (1 - weight) * value;
    seen += 1;
    return mean / (1 - weight ** seen);
  });
}
