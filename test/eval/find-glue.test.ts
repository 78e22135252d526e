import { existsSync } from "node:fs";
import { cp, mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { findGlue } from "../../stages/eval/find-glue.ts";
import { localFolder } from "../../stages/eval/index.ts";
import { koreanTask } from "../../stages/eval/korean.ts";
import { readLabelled, readUnlabelled } from "../../stages/eval/read/index.ts";
import { splitsOf, type Task } from "../../stages/eval/task.ts";
import { tempFolder } from "../rig/temp-folder.ts";

const gold = join(import.meta.dirname, "../gold/hf-glue");
const shared = resolve(import.meta.dirname, "../../../shared/data");

async function counts(task: Task, folder: string): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const split of splitsOf(task)) {
    const read = split.role === "test" ? readUnlabelled : readLabelled;
    found[split.name] = (await read(task, folder, split)).examples.length;
  }
  return found;
}

describe("findGlue", () => {
  test("finds what Hugging Face's datasets exported, with AX beside MNLI", async () => {
    const found = await findGlue(gold);
    expect(found.map(({ name }) => name)).toEqual(["MNLI", "RTE", "CoLA", "STS-B"]);
    const { task, data } = found[0]!;
    const params = localFolder.spec.params.parse(data);
    const folder = await tempFolder();
    await mkdir(folder, { recursive: true });
    for (const { name, path } of await localFolder.spec.files!(params))
      await cp(path, join(folder, name));
    expect(await counts(task, folder)).toEqual({
      train: 3,
      dev_matched: 3,
      dev_mismatched: 3,
      test_matched: 3,
      test_mismatched: 3,
      ax: 3,
    });
  });

  test("leaves out files that are not there, and folders of other things", async () => {
    const folder = await tempFolder();
    for (const name of ["RTE", "CoLA", "notes"])
      await mkdir(join(folder, name), { recursive: true });
    await writeFile(join(folder, "RTE", "train.tsv"), "");
    const found = await findGlue(folder);
    expect(found.map(({ name, hasDev }) => [name, hasDev])).toEqual([["RTE", false]]);
  });

  test("a folder without tasks is an error that says what there is", async () => {
    const folder = await tempFolder();
    await mkdir(join(folder, "texts"), { recursive: true });
    const details = await findGlue(folder).catch((error) => error.details);
    expect(details).toMatchObject({ got: "texts", hint: expect.stringContaining("fetch glue") });
    expect((await findGlue(join(folder, "none")).catch((error) => error.details)).got).toContain(
      "ENOENT",
    );
  });
});

describe.skipIf(!existsSync(shared))("in ../shared/data, else skipped", () => {
  test("every task of GLUE is found and read", async () => {
    const found = await findGlue(join(shared, "glue"));
    const rows: Record<string, Record<string, number>> = {};
    for (const { name, task, data } of found) rows[name] = await counts(task, data.path);
    expect(rows).toEqual({
      MNLI: { train: 8999, heldout_from_train: 1000 },
      QNLI: { train: 8999, heldout_from_train: 1000, test: 5463 },
      QQP: { train: 8447, heldout_from_train: 1000 },
      RTE: { train: 2490, dev: 277, test: 3000 },
      "SST-2": { train: 67349 },
      MRPC: { train: 3668, dev: 408, test: 1725 },
      CoLA: { train: 8551, dev: 1043, test: 1063 },
      "STS-B": { train: 5749, dev: 1500, test: 1379 },
      WNLI: { train: 635, dev: 71, test: 146 },
    });
  });

  test("the Korean tasks are read", async () => {
    const korean = (name: string) => join(shared, "korean", name);
    expect(
      await counts(koreanTask("KorSTS", { dev: { dev: "sts-dev.tsv" } }), korean("KorSTS")),
    ).toEqual({ train: 5749, dev: 1500 });
    const nli = koreanTask("KorNLI", { train: "xnli.dev.ko.tsv", dev: {} });
    expect(await counts(nli, korean("KorNLI"))).toEqual({ train: 2490 });
    const nsmc = koreanTask("NSMC", { train: "train.tsv", dev: {} });
    expect(await counts(nsmc, korean("NSMC"))).toEqual({ train: 19989 });
  });
});
