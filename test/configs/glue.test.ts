import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Pipeline } from "../../engine/index.ts";
import { tempFolder } from "../rig/temp-folder.ts";

/** What the config defines where GLUE_DIR is that. */
async function configOf(folder: string): Promise<Pipeline> {
  vi.stubEnv("GLUE_DIR", folder);
  vi.resetModules();
  return (await import("../../configs/glue.config.ts")).default;
}
afterEach(() => {
  vi.unstubAllEnvs();
});

describe("configs/glue.config.ts", () => {
  test("says that it wants GLUE_DIR, and what is wrong with it", async () => {
    await expect(configOf("")).rejects.toMatchObject({
      message: "GLUE_DIR does not say where GLUE is",
      details: { where: "configs/glue.config.ts", exitCode: 2 },
    });
    const empty = await tempFolder();
    await expect(configOf(empty)).rejects.toThrow("no task of GLUE is found");
    await expect(configOf(join(empty, "nowhere"))).rejects.toThrow("no task of GLUE is found");
  });

  test("places what it finds, the check of the pretraining text and a submission", async () => {
    const folder = await tempFolder();
    await mkdir(join(folder, "RTE"));
    for (const file of ["train.tsv", "dev.tsv", "test.tsv"])
      await writeFile(join(folder, "RTE", file), "index\tsentence1\tsentence2\tlabel\n");
    const pipeline = await configOf(folder);
    const placed = pipeline.nodes.map(({ id }) => id);
    for (const node of ["train", "rte-seed-0", "rte-words", "rte-contamination", "glue-submission"])
      expect(placed).toContain(node);
    expect(Object.keys(pipeline.outputs)).toEqual(["contamination", "submission", "glue"]);
    const { inputs } = pipeline.node("rte-contamination");
    expect(inputs["documents"]).toEqual(pipeline.node("tokenize").inputs["documents"]);
  });
});
