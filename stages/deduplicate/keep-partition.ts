import { type Inputs, type InputTable, type StageContext, viewBatch } from "../../engine/index.ts";
import type { documents } from "../ingest/tables.ts";
import type { duplicates } from "./tables.ts";

type Stage = { readonly documents: typeof documents; readonly duplicates: typeof duplicates };

/** Hands on the rows of one partition's documents that are not in `duplicates`. */
export async function* keepPartition(
  inputs: Inputs<Stage>,
  context: StageContext<unknown, { documents: typeof documents }>,
) {
  const dropped = await droppedKeys(inputs.duplicates);
  let done = 0;
  for await (const batch of inputs.documents.batches()) {
    const { document_key } = viewBatch(inputs.documents, batch);
    let start = 0;
    for (let row = 0; row <= batch.numRows; row++) {
      if (row < batch.numRows && !dropped.has(document_key.get(row))) continue;
      if (row > start) yield { documents: batch.slice(start, row) };
      start = row + 1;
    }
    done += batch.numRows;
    context.progress(done, inputs.documents.rows, "documents");
    context.signal.throwIfAborted();
  }
}

/** The last table's keys: every partition that a worker thread takes asks for the same ones. */
let held: { readonly digests: string; readonly keys: ReadonlySet<string> } | undefined;

async function droppedKeys(
  table: InputTable<typeof duplicates.columns>,
): Promise<ReadonlySet<string>> {
  const digests = table.parts.map(({ digest }) => digest).join();
  if (held === undefined || held.digests !== digests || digests === "") {
    const keys = new Set<string>();
    for await (const batch of table.batches(["document_key"])) {
      const { document_key } = viewBatch(table, batch);
      for (let row = 0; row < batch.numRows; row++) keys.add(document_key.get(row));
    }
    held = { digests, keys };
  }
  return held.keys;
}
