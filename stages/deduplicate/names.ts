import { type InputTable, viewBatch } from "../../engine/index.ts";
import type { Kept } from "./kept.ts";
import type { SignatureSet } from "./signature-set.ts";
import type { signatures } from "./tables.ts";

/** A document as people know it. */
export interface Named {
  readonly key: string;
  readonly source: string;
}

/** The names, by rank, of the documents that go and of those kept for them; of no others, to save room. */
export async function namesOf(
  table: InputTable<typeof signatures.columns>,
  set: SignatureSet,
  kept: Kept,
  sizes: Int32Array,
): Promise<ReadonlyMap<number, Named>> {
  const names = new Map<number, Named>();
  const ranks = new Uint32Array(set.size);
  for (let rank = 0; rank < set.size; rank++) ranks[set.rows[rank]!] = rank;
  let start = 0;
  for await (const batch of table.batches(["document_key", "source"])) {
    const { document_key, source } = viewBatch(table, batch);
    for (let row = 0; row < batch.numRows; row++) {
      const rank = ranks[start + row]!;
      if (kept.isKept(rank) && sizes[rank] === 1) continue;
      names.set(rank, { key: document_key.get(row), source: source.get(row) });
    }
    start += batch.numRows;
  }
  return names;
}
