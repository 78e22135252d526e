import { runPipeline, setUpPreparation } from "./preparation.ts";
import type { Result } from "./result.ts";

const COPIES = 20;

/** Peak memory of ingest through sop-pairs on the speeches once and 20 times over (the process with its workers). */
export async function run(): Promise<Result> {
  const peaks: number[] = [];
  for (const copies of [1, COPIES]) {
    const preparation = await setUpPreparation(copies);
    try {
      const { seconds, peakBytes } = await runPipeline(preparation.folder);
      peaks.push(peakBytes / 1e6);
      console.log(
        `${copies} times the speeches: ${seconds.toFixed(1)} s, peak ${(peakBytes / 1e6).toFixed(0)} MB`,
      );
    } finally {
      await preparation.remove();
    }
  }
  const [once, often] = peaks as [number, number];
  return {
    bench: "memory",
    ratio: once / often,
    ours: often,
    peer: once,
    unit: "MB",
    peerIs: "the same on a twentieth of the corpus",
  };
}
