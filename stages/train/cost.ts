import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { sizeOf } from "../../backend/border.ts";
import type { Row } from "../../engine/index.ts";
import { pretrainingParameters } from "../../model/parameters.ts";
import type { costs } from "./tables.ts";
import type { Training } from "./training.ts";

const FILE = "cost.json";

const storedSchema = z.object({ seconds: z.number().min(0), memoryBytes: z.number().min(0) });

/**
 * What a training takes, over all runs that it was interrupted in between. It differs from one time to the next, so
 * that nothing else may depend on it.
 */
export class Cost {
  readonly #path: string;
  /** What earlier runs took. */
  readonly #earlier: number;
  readonly #started = performance.now();
  #memoryBytes: number;

  private constructor(path: string, earlier: z.output<typeof storedSchema>) {
    this.#path = path;
    this.#earlier = earlier.seconds;
    this.#memoryBytes = earlier.memoryBytes;
  }

  /** Goes on with what stands in the folder of a training's unfinished work; from 0 where that is nothing or damaged. */
  static async open(folder: string): Promise<Cost> {
    const path = join(folder, FILE);
    try {
      return new Cost(path, storedSchema.parse(JSON.parse(await readFile(path, "utf8"))));
    } catch {
      return new Cost(path, { seconds: 0, memoryBytes: 0 });
    }
  }

  /** Looks how much memory the process has. */
  sample(): void {
    this.#memoryBytes = Math.max(this.#memoryBytes, process.memoryUsage.rss());
  }

  /** Writes it down, for the run that goes on from here. */
  async save(): Promise<void> {
    const stored = { seconds: this.#seconds(), memoryBytes: this.#memoryBytes };
    await writeFile(this.#path, JSON.stringify(stored));
  }

  /** The row of a training that is over. */
  row({ trainer, progress, ended }: Training): Row<typeof costs.columns> {
    const tensors = Object.values(pretrainingParameters(trainer.model.config));
    return {
      outcome: ended === undefined ? "done" : "diverged",
      problem: ended ?? null,
      parameters: tensors.reduce((sum, { shape }) => sum + sizeOf(shape), 0),
      steps: progress.step,
      seconds: this.#seconds(),
      memory_bytes: this.#memoryBytes,
    };
  }

  #seconds(): number {
    return this.#earlier + (performance.now() - this.#started) / 1000;
  }
}
