import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { median } from "../lib/spread.ts";
import { type ProcessRun, runPipeline, setUpPreparation } from "./preparation.ts";
import type { Result } from "./result.ts";

const EDITS = 7;

/** Seconds from the run's first event to its last: without the start of the process. */
function inside({ events }: ProcessRun): number {
  return events.find((event) => event.type === "run-finished")?.["seconds"] as number;
}

/** Which nodes ran, and how many of their partitions were run and reused. */
function describe({ events }: ProcessRun): string {
  const ran = events
    .filter((event) => event.type === "node-started")
    .map(({ node, partitions, reused }) => {
      const rebuilt = events
        .filter((event) => event.type === "partition-finished" && event["node"] === node)
        .map((event) => String(event["partition"]).slice(0, 12));
      return `${node} ${Number(partitions) - Number(reused)}/${partitions} (${rebuilt.join(", ")})`;
    });
  return ran.join("; ");
}

/** One sentence of one speech edited, out of 233 speeches: the time to prepare again against a cold preparation. */
export async function run(): Promise<Result> {
  const preparation = await setUpPreparation();
  try {
    const colds: number[] = [];
    for (let index = 0; index < 3; index++) {
      await rm(join(preparation.folder, "artifacts"), { recursive: true, force: true });
      const cold = await runPipeline(preparation.folder);
      colds.push(inside(cold));
      console.log(
        `cold: ${inside(cold).toFixed(2)} s in the run, ${cold.seconds.toFixed(2)} s in all`,
      );
    }
    const edits: number[] = [];
    let sameVocabulary = 0;
    for (let index = 0; index < EDITS; index++) {
      const speech = preparation.speeches[Math.floor((index + 0.5) * (233 / EDITS))]!;
      const path = join(preparation.folder, speech);
      const text = await readFile(path, "utf8");
      const middle = text.indexOf(". ", text.length >> 1) + 2;
      await writeFile(
        path,
        `${text.slice(0, middle)}We ask the Congress to act on this. ${text.slice(middle)}`,
      );
      const edited = await runPipeline(preparation.folder);
      edits.push(inside(edited));
      if (!edited.events.some((event) => event["node"] === "tokenize" && rebuiltAll(event)))
        sameVocabulary++;
      console.log(`${speech}: ${inside(edited).toFixed(3)} s; ${describe(edited)}`);
    }
    const [ours, peer] = [median(edits), median(colds)];
    console.log(`the vocabulary stayed as it was in ${sameVocabulary} of ${EDITS} edits`);
    return {
      bench: "incremental",
      ratio: peer / ours,
      ours,
      peer,
      unit: "s",
      peerIs: "a cold preparation",
      share: ours / peer,
      sameVocabulary,
      edits: EDITS,
    };
  } finally {
    await preparation.remove();
  }
}

function rebuiltAll(event: { readonly [field: string]: unknown }): boolean {
  return event["type"] === "node-started" && event["reused"] === 0;
}
