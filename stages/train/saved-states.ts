import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { TensorMap, TensorSpecs } from "../../backend/backend.ts";
import { flushFile, flushFolder } from "../../engine/index.ts";
import { type Checkpoint, readCheckpoint, writeCheckpoint } from "../../model/checkpoint.ts";
import { readTensors, writeTensors } from "../../model/tensor-file.ts";
import { parseProgress, type StoredProgress } from "./progress.ts";

export const OPTIMISER_FILE = "optimiser.safetensors";
export const PROGRESS_FILE = "progress.json";

const STEP = /^step-(\d+)$/;
const BEST = /^best-(\d+)$/;
const nameOf = (kind: "step" | "best", step: number) => `${kind}-${String(step).padStart(8, "0")}`;

/** A state of a training as it stands in its folder. */
export interface SavedState {
  readonly folder: string;
  readonly progress: StoredProgress;
}

export interface SavedStatesOptions {
  /** The folder of a training's unfinished work. */
  readonly folder: string;
  /** How many of the states on schedule are kept. */
  readonly keep: number;
  readonly isScheduled: (step: number) => boolean;
  readonly moments: TensorSpecs;
}

/**
 * The states that a training can go on from: each a folder that Hugging Face loads as a model, with the optimiser's
 * moments and the progress beside it. Each appears whole or not at all. Kept are the newest on schedule and the last
 * of all, and the best models that these know of.
 */
export class SavedStates {
  readonly #options: SavedStatesOptions;

  constructor(options: SavedStatesOptions) {
    this.#options = options;
  }

  /** The newest state at or before a step that is as it was written; others are removed, and `onDamage` is told. */
  async newest(
    onDamage: (folder: string) => void,
    { before = Number.POSITIVE_INFINITY, scheduled = false } = {},
  ): Promise<SavedState | undefined> {
    for (const step of (await this.#steps()).toReversed()) {
      if (step > before || (scheduled && !this.#options.isScheduled(step))) continue;
      const name = nameOf("step", step);
      const folder = join(this.#options.folder, name);
      // Of a shorter training only the models were kept.
      if (!(await readdir(folder)).includes(PROGRESS_FILE)) continue;
      const progress = await intactProgress(folder);
      if (progress !== undefined) return { folder, progress };
      onDamage(folder);
      await this.#remove(name);
    }
    return undefined;
  }

  /** The tensors of a state. A CheckpointError where they are not those of the model. */
  async read({ folder }: SavedState): Promise<readonly TensorMap[]> {
    const { parameters } = await readCheckpoint(folder);
    const moments = await readTensors(join(folder, OPTIMISER_FILE), this.#options.moments);
    return [parameters, moments];
  }

  /** Saves a state, and removes those that are no longer kept. */
  async save(progress: StoredProgress, model: Checkpoint, moments: TensorMap): Promise<void> {
    await this.#place(nameOf("step", progress.step), async (folder) => {
      await writeCheckpoint(folder, model);
      await writeTensors(join(folder, OPTIMISER_FILE), this.#options.moments, moments);
      await writeProgress(folder, progress);
    });
    await this.#prune(progress);
  }

  /** Keeps a model as the best so far, where it is not kept yet. */
  async saveBest(step: number, model: Checkpoint): Promise<void> {
    await this.#place(nameOf("best", step), (folder) => writeCheckpoint(folder, model));
  }

  /** The folder of the best model of a step. */
  best(step: number): string {
    return join(this.#options.folder, nameOf("best", step));
  }

  /** Removes the states of later steps than this. */
  async removeAfter(step: number): Promise<void> {
    for (const later of (await this.#steps()).filter((other) => other > step))
      await this.#remove(nameOf("step", later));
  }

  /** Copies the models of the newest states on schedule into a folder, each with its state's name. */
  async copyModels(to: string): Promise<void> {
    for (const step of await this.#scheduled()) {
      const name = nameOf("step", step);
      const from = join(this.#options.folder, name);
      const isModel = (path: string) =>
        ![OPTIMISER_FILE, PROGRESS_FILE].some((file) => path.endsWith(file));
      await cp(from, join(to, name), { recursive: true, filter: isModel });
    }
  }

  /** Puts a state together from folders of a finished training's artifact. */
  async adopt(
    progress: StoredProgress,
    from: {
      readonly checkpoint: string;
      readonly optimiser: string;
      readonly models: string;
      readonly best: string;
    },
  ): Promise<void> {
    const { folder } = this.#options;
    for (const name of await readdir(from.models))
      await this.#place(name, (to) => cp(join(from.models, name), to, { recursive: true }));
    if (progress.best !== null)
      await this.#place(nameOf("best", progress.best.step), (to) =>
        cp(from.best, to, { recursive: true }),
      );
    await rm(join(folder, nameOf("step", progress.step)), { recursive: true, force: true });
    await this.#place(nameOf("step", progress.step), async (to) => {
      await cp(from.checkpoint, to, { recursive: true });
      await cp(join(from.optimiser, OPTIMISER_FILE), join(to, OPTIMISER_FILE));
      await writeProgress(to, progress);
    });
  }

  /** Makes a folder that appears whole or not at all; one that is there already stays. */
  async #place(name: string, write: (folder: string) => Promise<void>): Promise<void> {
    const { folder } = this.#options;
    const draft = join(folder, "draft");
    if ((await readdir(folder)).includes(name)) return;
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft);
    await write(draft);
    for (const file of await readdir(draft)) await flushFile(join(draft, file));
    await flushFolder(draft);
    await rename(draft, join(folder, name));
    await flushFolder(folder);
  }

  async #prune({ step: last, best }: StoredProgress): Promise<void> {
    const kept = new Set([...(await this.#scheduled()), last]);
    const bests = new Set([best?.step]);
    for (const step of await this.#steps()) {
      const name = nameOf("step", step);
      if (!kept.has(step)) await this.#remove(name);
      else bests.add(await this.#bestKnownTo(name));
    }
    for (const step of await this.#stepsOf(BEST))
      if (!bests.has(step)) await this.#remove(nameOf("best", step));
  }

  async #bestKnownTo(name: string): Promise<number | undefined> {
    const folder = join(this.#options.folder, name);
    if (!(await readdir(folder)).includes(PROGRESS_FILE)) return undefined;
    return (await readProgress(folder)).progress.best?.step;
  }

  async #scheduled(): Promise<number[]> {
    const { keep, isScheduled } = this.#options;
    const steps = (await this.#steps()).filter(isScheduled);
    return steps.slice(Math.max(0, steps.length - keep));
  }

  #steps(): Promise<number[]> {
    return this.#stepsOf(STEP);
  }

  /** Ascending. */
  async #stepsOf(pattern: RegExp): Promise<number[]> {
    const names = await readdir(this.#options.folder);
    const steps = names.flatMap((name) => pattern.exec(name)?.[1] ?? []);
    return steps.map(Number).sort((a, b) => a - b);
  }

  async #remove(name: string): Promise<void> {
    await rm(join(this.#options.folder, name), { recursive: true, force: true });
  }
}

/** Writes a training's progress with the digests of the files that are in its folder already. */
export async function writeProgress(folder: string, progress: StoredProgress): Promise<void> {
  const digests: Record<string, string> = {};
  for (const file of (await readdir(folder)).sort())
    digests[file] = await digestOf(join(folder, file));
  const content = { progress, digests };
  await writeFile(join(folder, PROGRESS_FILE), `${JSON.stringify(content, null, 2)}\n`);
}

/** The progress in a folder, or undefined where it or a file beside it is not as it was written. */
export async function intactProgress(folder: string): Promise<StoredProgress | undefined> {
  try {
    const { progress, digests } = await readProgress(folder);
    for (const [file, digest] of Object.entries(digests))
      if ((await digestOf(join(folder, file))) !== digest) return undefined;
    return progress;
  } catch {
    return undefined;
  }
}

async function readProgress(folder: string) {
  const content = JSON.parse(await readFile(join(folder, PROGRESS_FILE), "utf8"));
  const digests: Readonly<Record<string, string>> = content.digests;
  return { progress: parseProgress(content.progress), digests };
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path, { highWaterMark: 2 ** 20 }), hash);
  return hash.digest("hex");
}
