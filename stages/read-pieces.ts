import { type InputTable, viewBatch } from "../engine/index.ts";
import type { vocab } from "./tokenize/tables.ts";

/** A vocabulary's pieces in the order of their ids. */
export async function readPieces(
  table: InputTable<(typeof vocab)["columns"]>,
): Promise<readonly string[]> {
  const pieces: string[] = [];
  for await (const batch of table.batches(["piece"])) {
    const { piece } = viewBatch(table, batch);
    for (let row = 0; row < batch.numRows; row++) pieces.push(piece.get(row));
  }
  return pieces;
}
