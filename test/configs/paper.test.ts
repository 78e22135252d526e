import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import {
  FileStore,
  type InputRows,
  inputSource,
  openInputs,
  type Pipeline,
  type Row,
  run,
} from "../../engine/index.ts";
import { comparison } from "../../stages/compare/tables.ts";

let folder: string;
let store: FileStore;
beforeAll(async () => {
  vi.stubEnv("EXPERIMENT_SCALE", "tiny");
  folder = await mkdtemp(join(tmpdir(), "paper-"));
  store = await FileStore.open(folder, { write: true });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await store.close();
  await rm(folder, { recursive: true });
});

async function tableOf(pipeline: Pipeline): Promise<readonly Row<typeof comparison.columns>[]> {
  const result = await run(pipeline, { store, inline: true, jobs: 1 });
  expect(result.failures).toEqual([]);
  const artifact = result.artifacts.get("compare")!;
  const { table } = await openInputs({ table: inputSource(artifact, "comparison", comparison) });
  return (table as unknown as InputRows<typeof comparison.columns>).rows();
}

const measured = {
  runs: 1,
  note: "",
  masked_lm_accuracy: expect.any(Number),
  next_sentence_accuracy: expect.any(Number),
  sentence_order_accuracy: expect.any(Number),
  finetuned: expect.any(Number),
};

test.each([
  ["objectives", ["sop", "nsp"]],
  ["sharing", ["all-e32", "none-e128"]],
  ["size", ["l1-h128", "l4-h128"]],
  ["bert", ["bert", "albert-wide"]],
])(
  "the experiment %s ends in its table",
  async (name, variants) => {
    const { default: pipeline } = await import(`../../configs/${name}.config.ts`);
    const rows = await tableOf(pipeline);
    expect(rows.map(({ variant }) => variant)).toEqual(variants);
    for (const row of rows) {
      expect(row).toMatchObject(measured);
      expect(row.estimated_parameters).toBe(row.parameters);
    }
  },
  180_000,
);
