import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { z } from "zod";
import { type PipelineError, viewBatch } from "../../engine/index.ts";
import { ingest } from "../../stages/ingest/index.ts";
import { documents, rejected } from "../../stages/ingest/tables.ts";

export interface IngestedDocument {
  readonly key: string;
  readonly source: string;
  readonly title: string;
  readonly language: string;
  readonly split: string;
  readonly repeats: number;
  readonly sentences: readonly string[];
  readonly paragraphStarts: readonly number[];
}

export interface RejectedRecord {
  readonly source: string;
  readonly line: number;
  readonly reason: string;
  readonly excerpt: string;
}

export interface Ingested {
  readonly documents: readonly IngestedDocument[];
  readonly rejected: readonly RejectedRecord[];
  /** Documents in each batch. */
  readonly batches: readonly number[];
  readonly logs: readonly string[];
}

/** Runs the stage in one partition over all of its files and reads its batches back. */
export async function ingested(raw: z.input<typeof ingest.spec.params>): Promise<Ingested> {
  const { spec } = ingest;
  const params = spec.params.parse(raw);
  const files = await spec.files!(params);
  const logs: string[] = [];
  const found: IngestedDocument[] = [];
  const left: RejectedRecord[] = [];
  const batches: number[] = [];
  const context: Parameters<typeof spec.run>[1] = {
    node: "ingest",
    params,
    get seed(): number {
      throw new Error("ingest draws no random numbers from the seed");
    },
    threads: 1,
    signal: new AbortController().signal,
    files,
    folder: () => {
      throw new Error("ingest has no folder");
    },
    progress: () => {},
    metric: () => {},
    log: (_level, message) => logs.push(message),
  };
  for await (const yielded of spec.run({}, context)) {
    if (yielded.rejected !== undefined) {
      const view = viewBatch(rejected, yielded.rejected);
      for (let row = 0; row < view.source.length; row++)
        left.push({
          source: view.source.get(row),
          line: Number(view.line[row]),
          reason: view.reason.get(row),
          excerpt: view.excerpt.get(row),
        });
    }
    if (yielded.documents === undefined) continue;
    const view = viewBatch(documents, yielded.documents);
    const rows = view.document_key.length;
    batches.push(rows);
    for (let row = 0; row < rows; row++) {
      const { offsets, values } = view.sentences;
      const starts = view.paragraph_starts;
      found.push({
        key: view.document_key.get(row),
        source: view.source.get(row),
        title: view.title.get(row),
        language: view.language.get(row),
        split: view.split.get(row),
        repeats: view.repeats[row]!,
        sentences: Array.from({ length: offsets[row + 1]! - offsets[row]! }, (_, index) =>
          values.get(offsets[row]! + index),
        ),
        paragraphStarts: [...starts.values.slice(starts.offsets[row], starts.offsets[row + 1])],
      });
    }
  }
  return { documents: found, rejected: left, batches, logs };
}

/** The error that `action` must end in. */
export async function failure(action: Promise<unknown>): Promise<PipelineError> {
  try {
    await action;
  } catch (error) {
    if ((error as Error).name === "PipelineError") return error as PipelineError;
    throw error;
  }
  throw new Error("expected a PipelineError, and nothing was thrown");
}

/** A temporary folder with these files, deleted by `dispose`. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>>) {
  const path = mkdtempSync(join(tmpdir(), "ingest-"));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), content);
  }
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
