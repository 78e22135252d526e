import { type InputTable, viewBatch } from "../../engine/index.ts";
import type { TokenizerDefinition } from "../../lib/tokenizer/definition.ts";
import { examples } from "../sop-pairs/tables.ts";
import type { ExampleView } from "./example-set.ts";

const COLUMNS = ["document_key", "b_document_key", "pass", "chunk"] as const;

/** Where an example of a batch is from, and what the model was given. */
export interface BatchOrigin {
  readonly document_key: string;
  readonly b_document_key: string;
  readonly pass: number;
  readonly chunk: number;
  readonly pieces: string;
}

/** The origins of a batch's examples, in its order. Reads through the table: diverging is rare. */
export async function originsOf(
  table: InputTable<(typeof examples)["columns"]>,
  batch: readonly { readonly example: number; readonly ids: ArrayLike<number> }[],
  { pieces }: TokenizerDefinition,
): Promise<readonly BatchOrigin[]> {
  const wanted = new Set(batch.map(({ example }) => example));
  const found = new Map<number, Omit<BatchOrigin, "pieces">>();
  let example = 0;
  for await (const rows of table.batches(COLUMNS)) {
    const view = viewBatch(examples, rows);
    for (let row = 0; row < rows.numRows; row++, example++) {
      if (!wanted.has(example)) continue;
      found.set(example, {
        document_key: view.document_key.get(row),
        b_document_key: view.b_document_key.get(row),
        pass: view.pass[row]!,
        chunk: view.chunk[row]!,
      });
    }
  }
  return batch.map(({ example, ids }) => ({
    ...found.get(example)!,
    pieces: Array.from(ids, (id) => pieces[id]).join(" "),
  }));
}

/** A batch's examples with what the model was given of each, copied out of what will be overwritten. */
export function copied(examples: Iterable<readonly [number, ExampleView]>) {
  return Array.from(examples, ([example, { ids }]) => ({ example, ids: Int32Array.from(ids) }));
}
