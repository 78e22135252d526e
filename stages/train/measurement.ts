import type { TensorMap } from "../../backend/backend.ts";
import type { Row, RowTable } from "../../engine/index.ts";
import type { BatchResult } from "./compiled-model.ts";
import type { curve } from "./tables.ts";

export type CurveRow = typeof curve extends RowTable<infer C> ? Row<C> : never;

/** Losses and accuracies over all that was added: means over targets and over examples. */
export class Measurement {
  #maskedLmLoss: number;
  #maskedLmCorrect: number;
  #targets: number;
  #orderLoss: number;
  #orderCorrect: number;
  #examples: number;

  /** @param sums of an earlier measurement that goes on */
  constructor(sums: readonly number[] = []) {
    const [maskedLmLoss, maskedLmCorrect, targets, orderLoss, orderCorrect, examples] = sums;
    this.#maskedLmLoss = maskedLmLoss ?? 0;
    this.#maskedLmCorrect = maskedLmCorrect ?? 0;
    this.#targets = targets ?? 0;
    this.#orderLoss = orderLoss ?? 0;
    this.#orderCorrect = orderCorrect ?? 0;
    this.#examples = examples ?? 0;
  }

  /** All that has been added, for a measurement that is to go on. */
  sums(): number[] {
    return [
      this.#maskedLmLoss,
      this.#maskedLmCorrect,
      this.#targets,
      this.#orderLoss,
      this.#orderCorrect,
      this.#examples,
    ];
  }

  /** Adds what the `evaluate` program returned: sums over a batch. */
  addSums(outputs: TensorMap): void {
    const scalar = (name: string) => outputs[name]![0]!;
    this.#maskedLmLoss += scalar("masked_lm_loss");
    this.#orderLoss += scalar("sentence_order_loss");
    this.#maskedLmCorrect += scalar("masked_lm_correct");
    this.#targets += scalar("masked_lm_count");
    this.#orderCorrect += scalar("sentence_order_correct");
    this.#examples += scalar("sentence_order_count");
  }

  /** Adds a training batch. */
  addBatch(result: BatchResult): void {
    this.#maskedLmLoss += result.masked_lm_loss * result.masked_lm_count;
    this.#orderLoss += result.sentence_order_loss * result.sentence_order_count;
    this.#maskedLmCorrect += result.masked_lm_correct;
    this.#targets += result.masked_lm_count;
    this.#orderCorrect += result.sentence_order_correct;
    this.#examples += result.sentence_order_count;
  }

  /** Whether nothing was added. */
  get isEmpty(): boolean {
    return this.#targets === 0 && this.#examples === 0;
  }

  /** The measured columns of the curve; a part without targets counts as 0, an order that is not asked as null. */
  values() {
    const targets = Math.max(1, this.#targets);
    const examples = this.#examples;
    return {
      masked_lm_loss: this.#maskedLmLoss / targets,
      masked_lm_accuracy: this.#maskedLmCorrect / targets,
      sentence_order_loss: examples === 0 ? null : this.#orderLoss / examples,
      sentence_order_accuracy: examples === 0 ? null : this.#orderCorrect / examples,
    };
  }
}

const NO_METRICS: ReadonlySet<string> = new Set(["step", "split", "rollbacks"]);

/** A row's measured numbers that are there, by their columns. */
export function measuredOf(row: CurveRow): readonly (readonly [string, number])[] {
  return Object.entries(row).filter(
    (entry): entry is [string, number] => entry[1] !== null && !NO_METRICS.has(entry[0]),
  );
}

/** The same as a metric event takes them; names of a held-out row begin with `heldout_`. */
export function metricsOf(row: CurveRow): Readonly<Record<string, number>> {
  if (row.split !== "heldout") return Object.fromEntries(measuredOf(row));
  const measured = measuredOf(row).filter(([name]) => name !== "epochs");
  return Object.fromEntries(measured.map(([name, value]) => [`heldout_${name}`, value]));
}
