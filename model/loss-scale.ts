/** Where the scale begins, and how many steps in a row must be good before it doubles. Source: torch.amp.GradScaler. */
const FIRST = 2 ** 16;
const GOOD_STEPS = 2000;
/** Beyond this a scaled loss of a few nats is near the end of float16 by itself. */
const LARGEST = 2 ** 24;

/** Whether gradients are not finite though the losses that they are of are: float16 overflowed on the way. */
export function isOverflow(result: {
  readonly masked_lm_loss: number;
  readonly sentence_order_loss: number;
  readonly gradient_norm: number;
}): boolean {
  const losses = [result.masked_lm_loss, result.sentence_order_loss];
  return losses.every(Number.isFinite) && !Number.isFinite(result.gradient_norm);
}

/** A loss scale as it is kept. */
export interface StoredLossScale {
  readonly value: number;
  readonly goodSteps: number;
}

/**
 * By what a loss is multiplied before its gradients are computed in float16, so that small ones do not become 0. Halved
 * when a gradient overflows, whose step is left out; doubled after a long run of good steps. Always a power of 2, by
 * which dividing loses nothing. Source: Micikevicius et al., "Mixed precision training", 2018.
 */
export class LossScale {
  #value: number;
  #goodSteps: number;

  constructor({ value, goodSteps }: StoredLossScale = { value: FIRST, goodSteps: 0 }) {
    this.#value = value;
    this.#goodSteps = goodSteps;
  }

  get value(): number {
    return this.#value;
  }

  stored(): StoredLossScale {
    return { value: this.#value, goodSteps: this.#goodSteps };
  }

  /** Counts a step whose update was made. */
  accept(): void {
    this.#goodSteps++;
    if (this.#goodSteps < GOOD_STEPS) return;
    this.#goodSteps = 0;
    this.#value = Math.min(2 * this.#value, LARGEST);
  }

  /** Halves the scale; false where it is 1 already, so that the gradients are not finite by themselves. */
  shrink(): boolean {
    if (this.#value <= 1) return false;
    this.#value /= 2;
    this.#goodSteps = 0;
    return true;
  }
}
