import { createHash } from "node:crypto";
import { cp, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Backend } from "../../backend/backend.ts";
import type { Row } from "../../engine/index.ts";
import type { HistoryRow } from "../../stages/train/history.ts";
import type { CurveRow } from "../../stages/train/measurement.ts";
import { pretrain } from "../../stages/train/run.ts";
import type { ScoreRow } from "../../stages/train/scores.ts";
import type { costs } from "../../stages/train/tables.ts";
import { tempFolder } from "../rig/temp-folder.ts";
import {
  countingExamples,
  type Example,
  exampleTable,
  recordingContext,
  tokenizerInput,
} from "./rig.ts";

export interface Given {
  readonly on: Backend;
  readonly raw: unknown;
  readonly rows?: readonly Example[];
  readonly seed?: number;
  /** The folder of unfinished work; a fresh one by default. */
  readonly unfinished?: string;
  /** The folder outputs of a shorter training. */
  readonly earlier?: string;
  readonly signal?: AbortSignal;
  readonly onRow?: (row: CurveRow) => void | Promise<void>;
}

/** Trains in this thread and gathers all that the stage yields, says and writes. */
export async function trained(given: Given) {
  const { on, raw, rows = countingExamples(60), unfinished = await tempFolder(), earlier } = given;
  const folder = await tempFolder();
  const outputs = ["checkpoint", "best", "checkpoints", "optimiser", "tensorboard"];
  const recorded = recordingContext(raw, {
    folder,
    ...(given.seed !== undefined && { seed: given.seed }),
    ...(given.signal && { signal: given.signal }),
    resumption: {
      folder: unfinished,
      earlier:
        earlier === undefined
          ? undefined
          : Object.fromEntries(outputs.map((name) => [name, join(earlier, name)])),
    },
  });
  const inputs = { examples: exampleTable(rows), tokenizer: await tokenizerInput() };
  const tables = {
    curve: [] as CurveRow[],
    trustRatios: [] as Extract<HistoryRow, { trustRatios: unknown }>["trustRatios"][],
    divergences: [] as Extract<HistoryRow, { divergences: unknown }>["divergences"][],
    scores: [] as ScoreRow[],
    costs: [] as Row<typeof costs.columns>[],
  };
  for await (const yielded of pretrain(inputs, recorded.context, on)) {
    for (const [name, value] of Object.entries(yielded))
      (tables[name as keyof typeof tables] as unknown[]).push(...[value].flat());
    if ("curve" in yielded) await given.onRow?.(yielded.curve);
  }
  return { ...recorded, ...tables, folder, unfinished };
}

/** The digest of every file below a folder, by its path. */
export async function filesBelow(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const read = files.map(async ({ parentPath, name }) => {
    const path = join(parentPath, name);
    return [path.slice(folder.length + 1), sha256(await readFile(path))] as const;
  });
  return Object.fromEntries((await Promise.all(read)).sort());
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** A copy of a folder as it is now: what a process leaves that is killed here. */
export async function copyOf(folder: string): Promise<string> {
  const copy = await tempFolder();
  await cp(folder, copy, { recursive: true });
  return copy;
}
