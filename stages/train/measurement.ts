import type { TensorMap } from "../../backend/backend.ts";
import type { Row, RowTable } from "../../engine/index.ts";
import type { curve } from "./tables.ts";

export type CurveRow = typeof curve extends RowTable<infer C> ? Row<C> : never;

/** Losses and accuracies over all that was added: means over targets and over examples. */
export class Measurement {
  #maskedLmLoss = 0;
  #maskedLmCorrect = 0;
  #targets = 0;
  #orderLoss = 0;
  #orderCorrect = 0;
  #examples = 0;

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

  /** Adds what the `gradients` program returned: means over a batch. */
  addMeans(outputs: TensorMap): void {
    const scalar = (name: string) => outputs[name]![0]!;
    this.addSums({
      ...outputs,
      masked_lm_loss: Float32Array.of(scalar("masked_lm_loss") * scalar("masked_lm_count")),
      sentence_order_loss: Float32Array.of(
        scalar("sentence_order_loss") * scalar("sentence_order_count"),
      ),
    });
  }

  get examples(): number {
    return this.#examples;
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

/** The values that are there, as a metric event takes them, with `prefix` before their names. */
export function metricsOf(
  values: Readonly<Record<string, number | null>>,
  prefix = "",
): Readonly<Record<string, number>> {
  const there = Object.entries(values).filter(
    (entry): entry is [string, number] => entry[1] !== null,
  );
  return Object.fromEntries(there.map(([name, value]) => [prefix + name, value]));
}
