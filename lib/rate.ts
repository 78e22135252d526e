/** How fast something goes, from the times at which it was looked at. */
export interface Rate {
  /** Oldest first, over the last `WINDOW_MS` at most. */
  readonly samples: readonly { readonly time: number; readonly done: number }[];
}

/** Long enough to smooth over the pauses of an evaluation, short enough to follow a change of speed. */
const WINDOW_MS = 30_000;
const MAX_SAMPLES = 64;

export const noRate: Rate = { samples: [] };

/** Adds an observation at `time` (ms). A count that went back, as after a restart, begins anew. */
export function observe(rate: Rate, time: number, done: number): Rate {
  const last = rate.samples.at(-1);
  if (last !== undefined && done < last.done) return { samples: [{ time, done }] };
  const recent = rate.samples.filter((sample) => time - sample.time <= WINDOW_MS);
  const thinned =
    recent.length < MAX_SAMPLES ? recent : recent.filter((_, index) => index % 2 === 0);
  return { samples: [...thinned, { time, done }] };
}

/** Units a second, or undefined before two observations lie apart. */
export function perSecond(rate: Rate): number | undefined {
  const first = rate.samples[0];
  const last = rate.samples.at(-1);
  if (first === undefined || last === undefined || last.time - first.time < 200) return undefined;
  return ((last.done - first.done) * 1000) / (last.time - first.time);
}

/** Seconds until `total`, or undefined where neither speed nor end is known. */
export function secondsLeft(rate: Rate, total: number | null): number | undefined {
  const speed = perSecond(rate);
  const last = rate.samples.at(-1);
  if (speed === undefined || speed <= 0 || total === null || last === undefined) return undefined;
  return Math.max(0, total - last.done) / speed;
}
