import type { Backend } from "../../backend/backend.ts";
import type { InputTable, StageContext } from "../../engine/index.ts";
import type { Checkpoint } from "../../model/checkpoint.ts";
import type { AlbertConfig } from "../../model/config.ts";
import type { examples } from "../sop-pairs/tables.ts";
import type { CompiledModel } from "./compiled-model.ts";
import type { Cost } from "./cost.ts";
import type { ExampleSet, ExampleSource } from "./example-set.ts";
import type { History } from "./history.ts";
import type { TrainParams } from "./params.ts";
import type { Progress } from "./progress.ts";
import type { SavedStates } from "./saved-states.ts";
import type { Trainer } from "./trainer.ts";

/** What training needs of a stage's context. */
export type TrainingContext = Pick<
  StageContext<TrainParams>,
  "node" | "params" | "seed" | "signal" | "progress" | "metric" | "log"
>;

/** What a training begins with. */
export interface Beginning {
  readonly config: AlbertConfig;
  /** Updates that the optimiser's moments have seen already. */
  readonly updates: number;
  /** Gives a model its first parameters and moments. */
  initialise(model: CompiledModel): Promise<void>;
}

/** Everything that a training goes by and changes. */
export interface Training {
  readonly context: TrainingContext;
  readonly beginning: Beginning;
  readonly backend: Backend;
  /** The folder of its unfinished work. */
  readonly folder: string;
  readonly table: InputTable<(typeof examples)["columns"]>;
  readonly tokenizer: Checkpoint["tokenizer"];
  readonly set: ExampleSet;
  readonly source: ExampleSource;
  readonly trainer: Trainer;
  readonly states: SavedStates;
  readonly history: History;
  readonly cost: Cost;
  /** A rollback replaces it. */
  progress: Progress;
  /** What diverged, where the training ended by it. */
  ended: string | undefined;
}

/** The model as it is now. */
export async function checkpointOf({ trainer, tokenizer }: Training): Promise<Checkpoint> {
  const { config } = trainer.model;
  return { config, parameters: await trainer.model.parameters(), tokenizer };
}

/** Whether every parameter is a finite number. */
export function hasFiniteParameters({ parameters }: Checkpoint): boolean {
  return Object.values(parameters).every((values) => values.every(Number.isFinite));
}
