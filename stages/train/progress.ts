import { z } from "zod";
import { LossScale } from "../../model/loss-scale.ts";
import { Guard } from "./guard.ts";
import { Measurement } from "./measurement.ts";
import type { TrainParams } from "./params.ts";

/** A training's progress as it is kept beside the tensors: all that a step depends on but the data and parameters. */
const storedSchema = z.strictObject({
  version: z.literal(1),
  step: z.int().min(0),
  updates: z.int().min(0),
  evaluated: z.int().min(0),
  rateFactor: z.number().positive(),
  rollbacks: z.int().min(0),
  leftOut: z.array(z.int().min(0)),
  skippedInARow: z.int().min(0),
  losses: z.array(z.number()),
  measured: z.array(z.number()),
  last: z.strictObject({ learning_rate: z.number(), gradient_norm: z.number() }).nullable(),
  best: z.strictObject({ step: z.int().positive(), loss: z.number() }).nullable(),
  /** Of float16. */
  lossScale: z
    .strictObject({ value: z.number().positive(), goodSteps: z.int().min(0) })
    .nullable()
    .default(null),
  microBatchSize: z.int().positive(),
  historyBytes: z.int().min(0),
});

export type StoredProgress = z.output<typeof storedSchema>;

/** Checks what stands in a file. Throws a ZodError where it is something else. */
export function parseProgress(content: unknown): StoredProgress {
  return storedSchema.parse(content);
}

/** Where a training is. */
export class Progress {
  /** Steps done, skipped ones among them: the index of the next one. */
  step = 0;
  /** Updates made. */
  updates = 0;
  /** The step after which the held-out examples were last measured. */
  evaluated = 0;
  /** By what the schedule's rate is multiplied since the last rollback. */
  rateFactor = 1;
  rollbacks = 0;
  /** Steps whose batch is never used again. */
  leftOut: readonly number[] = [];
  skippedInARow = 0;
  guard: Guard;
  /** What float16's losses are multiplied by. */
  lossScale: LossScale | undefined;
  /** What has been measured since the curve's last training row. */
  measurement = new Measurement();
  /** Of the last update. */
  last: StoredProgress["last"] = null;
  /** The best held-out measurement so far. */
  best: StoredProgress["best"] = null;

  /** @param from a state, or the updates that the moments have seen at the beginning */
  constructor(params: TrainParams, from: StoredProgress | number) {
    const stored = typeof from === "number" ? undefined : from;
    this.guard = new Guard(params.divergence, stored?.losses);
    if (params.precision === "float16")
      this.lossScale = new LossScale(stored?.lossScale ?? undefined);
    if (typeof from === "number") this.updates = from;
    if (stored === undefined) return;
    this.step = stored.step;
    this.updates = stored.updates;
    this.evaluated = stored.evaluated;
    this.rateFactor = stored.rateFactor;
    this.rollbacks = stored.rollbacks;
    this.leftOut = stored.leftOut;
    this.skippedInARow = stored.skippedInARow;
    this.measurement = new Measurement(stored.measured);
    this.last = stored.last;
    this.best = stored.best;
  }

  /** As it is kept in a file. */
  stored(microBatchSize: number, historyBytes: number): StoredProgress {
    const { step, updates, evaluated, rateFactor, rollbacks, leftOut, skippedInARow } = this;
    return {
      version: 1,
      step,
      updates,
      evaluated,
      rateFactor,
      rollbacks,
      leftOut: [...leftOut],
      skippedInARow,
      losses: [...this.guard.losses],
      measured: this.measurement.sums(),
      last: this.last,
      best: this.best,
      lossScale: this.lossScale?.stored() ?? null,
      microBatchSize,
      historyBytes,
    };
  }
}
