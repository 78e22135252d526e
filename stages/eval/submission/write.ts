import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type InputTable,
  PipelineError,
  type StageContext,
  viewBatch,
} from "../../../engine/index.ts";
import { type ZipEntry, zipArchive } from "../../../lib/zip-archive.ts";
import { predictions } from "../tables.ts";
import { type PredictedExample, SUBMISSION_FILES, submissionText } from "./files.ts";
import type { SubmissionParams } from "./index.ts";

type PredictionsTable = InputTable<(typeof predictions)["columns"]>;

/**
 * Writes the files and their archive into a folder. A PipelineError where predictions are missing or wrong, or none
 * is there at all.
 */
export async function writeSubmission(
  inputs: readonly PredictionsTable[],
  folder: string,
  { params, progress, log }: Pick<StageContext<SubmissionParams>, "params" | "progress" | "log">,
): Promise<void> {
  const found = new Map<string, PredictedExample[]>();
  for (const input of inputs) await collect(input, params.seed, found);
  const entries: ZipEntry[] = [];
  for (const [index, file] of SUBMISSION_FILES.entries()) {
    const predicted = found.get(keyOf(file.task, file.split)) ?? [];
    progress(index + 1, SUBMISSION_FILES.length, "files");
    if (params.partial && predicted.length === 0) {
      log("warn", `no prediction for ${file.file} (${file.task}, ${file.split}): left out`);
      continue;
    }
    const bytes = new TextEncoder().encode(submissionText(file, predicted));
    await writeFile(join(folder, file.file), bytes);
    entries.push({ name: file.file, bytes });
  }
  if (entries.length === 0)
    throw new PipelineError("there is nothing to submit", {
      where: "glue-submission",
      expected: "predictions of official test files",
      got: "none",
      hint: "pipeline fetch glue gets these files; findGlue finds them",
    });
  await writeFile(join(folder, "submission.zip"), zipArchive(entries));
}

/** Predictions by task and split, of the splits that are submitted. */
async function collect(
  input: PredictionsTable,
  wantedSeed: number | undefined,
  found: Map<string, PredictedExample[]>,
): Promise<void> {
  const wanted = new Set(SUBMISSION_FILES.map(({ task, split }) => keyOf(task, split)));
  for await (const batch of input.batches(["task", "split", "seed", "id", "prediction"])) {
    const { task, split, seed, id, prediction } = viewBatch(predictions, batch);
    for (let row = 0; row < batch.numRows; row++) {
      const key = keyOf(task.get(row), split.get(row));
      if (!wanted.has(key) || (wantedSeed !== undefined && seed[row] !== wantedSeed)) continue;
      const rows = found.get(key) ?? [];
      rows.push({ id: id.get(row), prediction: prediction.get(row) });
      found.set(key, rows);
    }
  }
}

function keyOf(task: string, split: string): string {
  return `${task}/${split}`;
}
