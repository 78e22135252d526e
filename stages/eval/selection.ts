import type { Classifier, Snapshot } from "./classifier.ts";
import type { FineTuningContext, Scored } from "./fine-tune.ts";

/** Keeps the best parameters so far where they are wanted, and counts how long there were no better ones. */
export class Selection {
  readonly #classifier: Classifier;
  readonly #name: string;
  readonly #context: Pick<FineTuningContext, "params" | "log">;
  #best:
    | { readonly step: number; readonly scored: Scored; readonly snapshot: Snapshot | undefined }
    | undefined;
  #since = 0;

  constructor(
    classifier: Classifier,
    name: string,
    context: Pick<FineTuningContext, "params" | "log">,
  ) {
    this.#classifier = classifier;
    this.#name = name;
    this.#context = context;
  }

  /** Whether it is time to stop. */
  async see(step: number, scored: Scored): Promise<boolean> {
    const { keep, patience } = this.#context.params;
    if (this.#best === undefined || scored.value > this.#best.scored.value) {
      const snapshot = keep === "best" ? await this.#classifier.read() : undefined;
      this.#best = { step, scored, snapshot };
      this.#since = 0;
    } else this.#since++;
    return patience !== undefined && this.#since >= patience;
  }

  /** Puts the best parameters back; the last stay where none were kept. */
  async restore(): Promise<void> {
    if (this.#best?.snapshot === undefined) return;
    const { step, scored, snapshot } = this.#best;
    const reached = `${scored.metric} ${scored.value.toFixed(4)}`;
    this.#context.log("info", `${this.#name}: step ${step} is the best, ${reached}`);
    await this.#classifier.write(snapshot);
  }
}
