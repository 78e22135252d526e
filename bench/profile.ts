import type { Profiler } from "node:inspector";
import { Session } from "node:inspector/promises";

/** Which area of the work a frame belongs to, by the path of its file and its function; undefined to ask its caller. */
export type AreaOf = (path: string, name: string) => string | undefined;

const SAMPLE_US = 500;

/** Runs an action in this thread under the sampling profiler: its result, and the seconds that each area took itself. */
export async function profiled<T>(
  areaOf: AreaOf,
  action: () => Promise<T>,
): Promise<{ readonly result: T; readonly areas: ReadonlyMap<string, number> }> {
  const session = new Session();
  session.connect();
  try {
    await session.post("Profiler.enable");
    await session.post("Profiler.setSamplingInterval", { interval: SAMPLE_US });
    await session.post("Profiler.start");
    const result = await action();
    const { profile } = await session.post("Profiler.stop");
    return { result, areas: byArea(profile, areaOf) };
  } finally {
    session.disconnect();
  }
}

/** Seconds by area, most first; time in native code counts for the nearest caller that has an area. */
function byArea(profile: Profiler.Profile, areaOf: AreaOf): ReadonlyMap<string, number> {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map(
    profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)),
  );
  const areaOfNode = (id: number): string => {
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      const { url, functionName } = nodes.get(at)!.callFrame;
      const area = areaOf(url, functionName);
      if (area !== undefined) return area;
    }
    return "other";
  };
  const areas = new Map<string, number>();
  for (const [index, id] of (profile.samples ?? []).entries()) {
    const area = areaOfNode(id);
    const seconds = (profile.timeDeltas?.[index] ?? 0) / 1e6;
    areas.set(area, (areas.get(area) ?? 0) + seconds);
  }
  return new Map([...areas].sort(([, a], [, b]) => b - a));
}
