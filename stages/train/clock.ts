/** What one thing takes: time, and that of all processors together. */
export interface Taken {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/** What has been taken since some moment, the same for all calls. */
export type Clock = () => Taken;

/** The time of this process. */
export const processClock: Clock = () => {
  const { user, system } = process.cpuUsage();
  return { seconds: performance.now() / 1000, cpuSeconds: (user + system) / 1e6 };
};

/** The sum of one thing and a share of another. */
export function plus(sum: Taken, more: Taken, share = 1): Taken {
  return {
    seconds: sum.seconds + share * more.seconds,
    cpuSeconds: sum.cpuSeconds + share * more.cpuSeconds,
  };
}

/** What has been taken since a clock said `began`. */
export function since(began: Taken, clock: Clock): Taken {
  return plus(clock(), began, -1);
}
