import type { InputRows } from "../../../engine/index.ts";
import type { scores } from "../../train/tables.ts";
import { type TableOptions, tableRows } from "./rows.ts";

/** Reads all scores and writes the table. */
export async function* runGlueTable(
  inputs: Readonly<Record<string, InputRows<typeof scores.columns>>>,
  options: TableOptions,
) {
  const read = async (kind: string) => {
    const own = Object.entries(inputs).filter(([name]) => name.startsWith(kind));
    return (await Promise.all(own.map(([, input]) => input.rows()))).flat();
  };
  yield { table: tableRows(await read("run"), await read("words"), options) };
}
