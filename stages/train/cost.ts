import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { totalSize } from "../../backend/border.ts";
import type { Row } from "../../engine/index.ts";
import { pretrainingParameters } from "../../model/parameters.ts";
import { plus, processClock, since } from "./clock.ts";
import { PeakMemory } from "./peak-memory.ts";
import type { costs } from "./tables.ts";
import type { Training } from "./training.ts";

const FILE = "cost.json";

const amount = z.number().min(0);
const storedSchema = z.object({ seconds: amount, cpuSeconds: amount, memoryBytes: amount });
type Stored = z.output<typeof storedSchema>;

/**
 * What a training takes, over all runs that it was interrupted in between. It differs from one time to the next, so
 * that nothing else may depend on it.
 */
export class Cost {
  readonly #path: string;
  /** What earlier runs took. */
  readonly #earlier: Stored;
  readonly #began = processClock();
  readonly #memory = new PeakMemory();

  private constructor(path: string, earlier: Stored) {
    this.#path = path;
    this.#earlier = earlier;
  }

  /** Goes on with what stands in the folder of a training's unfinished work; from 0 where that is nothing or damaged. */
  static async open(folder: string): Promise<Cost> {
    const path = join(folder, FILE);
    try {
      return new Cost(path, storedSchema.parse(JSON.parse(await readFile(path, "utf8"))));
    } catch {
      return new Cost(path, { seconds: 0, cpuSeconds: 0, memoryBytes: 0 });
    }
  }

  /** Looks how much memory the process has. */
  sample(): void {
    this.#memory.look();
  }

  /** Writes it down, for the run that goes on from here. */
  async save(): Promise<void> {
    await writeFile(this.#path, JSON.stringify(this.#taken()));
  }

  /** The row of a training that is over. */
  row({ trainer, progress, ended }: Training): Row<typeof costs.columns> {
    const taken = this.#taken();
    return {
      outcome: ended === undefined ? "done" : "diverged",
      problem: ended ?? null,
      parameters: totalSize(pretrainingParameters(trainer.model.config)),
      steps: progress.step,
      seconds: taken.seconds,
      cpu_seconds: taken.cpuSeconds,
      memory_bytes: taken.memoryBytes,
    };
  }

  #taken(): Stored {
    return {
      ...plus(this.#earlier, since(this.#began, processClock)),
      memoryBytes: Math.max(this.#earlier.memoryBytes, this.#memory.look()),
    };
  }
}
