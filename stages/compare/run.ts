import type { InputRows, Row, RowColumns } from "../../engine/index.ts";
import type { costs, estimate, scores } from "../train/tables.ts";
import { comparisonRow, type Measured, measureRows, type VariantRuns } from "./rows.ts";

type Read = Readonly<Record<string, unknown>>;

interface CompareParams {
  readonly variants: readonly {
    readonly name: string;
    readonly paper?: number | undefined;
    readonly runs: readonly number[];
  }[];
}

/** Reads what was measured of every run, and writes a row a variant. */
export async function* runCompare(inputs: Read, { variants }: CompareParams) {
  for (const [index, { name, paper, runs }] of variants.entries()) {
    const [estimated] = await rowsOf<typeof estimate.columns>(inputs, `estimate${index}`);
    const variant: VariantRuns = {
      name,
      paper,
      estimated,
      runs: await Promise.all(runs.map((run) => measuredOf(inputs, run))),
    };
    yield { comparison: comparisonRow(variant), measures: measureRows(variant) };
  }
}

async function measuredOf(inputs: Read, run: number): Promise<Measured> {
  const tasks = Object.keys(inputs).filter((name) => name.startsWith(`task${run}of`));
  const [cost] = await rowsOf<typeof costs.columns>(inputs, `costs${run}`);
  const pairs = await rowsOf<typeof scores.columns>(inputs, `pairs${run}`);
  const read = tasks.map((name) => rowsOf<typeof scores.columns>(inputs, name));
  return { cost: cost!, pairs, tasks: await Promise.all(read) };
}

async function rowsOf<C extends RowColumns>(
  inputs: Read,
  name: string,
): Promise<readonly Row<C>[]> {
  const table = inputs[name] as InputRows<C> | undefined;
  return table === undefined ? [] : table.rows();
}
