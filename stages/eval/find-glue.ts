import { readdir } from "node:fs/promises";
import { join, relative } from "node:path";
import { PipelineError } from "../../engine/index.ts";
import { AX_SPLIT, GLUE_TASKS, type GlueTask, glueTask, huggingFaceGlueTask } from "./glue.ts";
import type { Task, TaskInput } from "./task.ts";

/** A task of GLUE of which there are files, as `localFolder` and `evaluate` take it. */
export interface FoundTask {
  readonly name: GlueTask;
  readonly task: Task;
  /** Whether there is something to be scored: else a part of the training file is to be held out. */
  readonly hasDev: boolean;
  /** What `localFolder` is to be given. */
  readonly data: {
    readonly path: string;
    readonly beside?: readonly { readonly path: string; readonly prefix: string }[];
  };
}

/** Names of folders by task, in lower case without what separates: those of the archives and of Hugging Face. */
const FOLDERS: Readonly<Record<string, GlueTask | "AX">> = {
  ...Object.fromEntries(GLUE_TASKS.map((name) => [plain(name), name])),
  sst: "SST-2",
  sts: "STS-B",
  qnliv2: "QNLI",
  qqpclean: "QQP",
  ax: "AX",
  diagnostic: "AX",
};

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[-_ ]/g, "");
}

/**
 * The tasks of GLUE that a folder holds, each in a folder of its own, as the official archives have them, as Hugging
 * Face's datasets export them, or as samples of the official files (`train.sample.tsv`); in GLUE's order. MNLI has the
 * split `ax` where there is a folder AX. Throws a PipelineError where there is none at all.
 */
export async function findGlue(folder: string): Promise<readonly FoundTask[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause) => {
    throw notGlue(folder, cause instanceof Error ? cause.message : String(cause), cause);
  });
  const paths = new Map<GlueTask | "AX", string>();
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const key = plain(entry.name);
    const name = Object.hasOwn(FOLDERS, key) ? FOLDERS[key] : undefined;
    if (name !== undefined && !entry.isFile() && !paths.has(name))
      paths.set(name, join(folder, entry.name));
  }
  const found: FoundTask[] = [];
  for (const name of GLUE_TASKS) {
    const path = paths.get(name);
    const task = path && definitionFor(name, (await readdir(path)).sort());
    if (!path || !task) continue;
    const ax = name === "MNLI" ? await axFile(paths.get("AX")) : undefined;
    found.push({
      name,
      task: ax === undefined ? task : { ...task, test: { ...task.test, ax: ax.split } },
      hasDev: Object.keys(task.dev).length > 0,
      data: { path, ...(ax !== undefined && { beside: [{ path: ax.path, prefix: "ax-" }] }) },
    });
  }
  if (found.length > 0) return found;
  const names = entries.map(({ name }) => name).slice(0, 20);
  throw notGlue(folder, names.join(", ") || "an empty folder");
}

function notGlue(folder: string, got: string, cause?: unknown): PipelineError {
  return new PipelineError("no task of GLUE is found", {
    where: relative("", folder) || ".",
    expected: `folders such as ${GLUE_TASKS.slice(0, 3).join(", ")}, with their train.tsv`,
    got,
    hint: "pipeline fetch glue downloads them",
    cause,
  });
}

/** The task with what its folder has of its files; undefined where there is nothing to train on. */
function definitionFor(name: GlueTask, files: readonly string[]): Task | undefined {
  const exported = (["parquet", "jsonl"] as const).find((format) =>
    files.some((file) => file.startsWith("train") && file.endsWith(`.${format}`)),
  );
  if (exported !== undefined) {
    const whole = huggingFaceGlueTask(name, { format: exported });
    const has = (pattern: string) => files.some((file) => file.startsWith(pattern.split("*")[0]!));
    return huggingFaceGlueTask(name, {
      format: exported,
      dev: only(whole.dev, has),
      test: only(whole.test, has),
    });
  }
  const official = glueTask(name);
  const has = (file: string) => files.includes(file);
  if (has("train.tsv"))
    return glueTask(name, { dev: only(official.dev, has), test: only(official.test, has) });
  return sampleOf(name, files);
}

function only(splits: Task["dev"], has: (file: string) => boolean): Task["dev"] {
  const kept = Object.entries(splits).filter(([, given]) =>
    has(typeof given === "string" ? given : given.file),
  );
  return Object.fromEntries(kept);
}

/** A task whose training and evaluated files have longer names, the same after the first full stop. */
function sampleOf(name: GlueTask, files: readonly string[]): Task | undefined {
  const ending = (file: string) => file.slice(file.indexOf("."));
  const trains = files.filter((file) => /^train\..*tsv$/.test(file));
  const devs = files.filter((file) => /^(dev|heldout|validation)[^.]*\..*tsv$/.test(file));
  const train =
    trains.find((file) => devs.some((dev) => ending(dev) === ending(file))) ?? trains[0];
  if (train === undefined) return undefined;
  const own = devs.filter((dev) => ending(dev) === ending(train));
  const overrides: Partial<TaskInput> = {
    train,
    dev: Object.fromEntries(own.map((file) => [file.slice(0, file.indexOf(".")), file])),
    test: only(glueTask(name).test, (file) => files.includes(file)),
    rows: {},
  };
  return glueTask(name, overrides);
}

async function axFile(path: string | undefined) {
  if (path === undefined) return undefined;
  const files = (await readdir(path)).sort();
  for (const [pattern, split] of Object.entries(AX_SPLIT)) {
    const prefix = pattern.split("*")[0]!;
    if (files.some((file) => file.startsWith(prefix)))
      return { path, split: { ...split, file: `ax-${pattern}` } };
  }
  return undefined;
}
