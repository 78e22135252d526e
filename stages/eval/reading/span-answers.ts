import type { SpanWindow } from "./span-features.ts";
import type { Question } from "./squad.ts";

/** A question's best answer. */
export interface SpanAnswer {
  /** As the passage has it; empty where the passage is taken not to say. */
  readonly text: string;
  /** The best span's logits together, less those of no answer. */
  readonly score: number;
}

const BEST = 20;

/**
 * The best answer of each question over its windows: of the likeliest beginnings and ends the pair with the highest sum
 * that lies in the passage in order and is not too long. `logits` give each window's beginnings and ends. Where
 * `mayRefuse`, no answer (the first position) is said if it scores above the best by more than the threshold.
 */
export function spanAnswers(
  questions: readonly Question[],
  windows: readonly SpanWindow[],
  logits: readonly { readonly begin: Float32Array; readonly end: Float32Array }[],
  options: {
    readonly maxAnswerLength: number;
    readonly mayRefuse: boolean;
    readonly noAnswerThreshold: number;
  },
): readonly SpanAnswer[] {
  const best = questions.map(() => ({ text: "", sum: Number.NEGATIVE_INFINITY }));
  const none = questions.map(() => Number.POSITIVE_INFINITY);
  for (const [at, window] of windows.entries()) {
    const { begin, end } = logits[at]!;
    const { of } = window;
    none[of] = Math.min(none[of]!, begin[0]! + end[0]!);
    const found = bestSpan(window, begin, end, options.maxAnswerLength);
    if (found === undefined || found.sum <= best[of]!.sum) continue;
    const text = questions[of]!.context.slice(window.starts[found.from]!, window.ends[found.to]!);
    best[of] = { text, sum: found.sum };
  }
  return best.map(({ text, sum }, of) => {
    const score = sum - none[of]!;
    const refused = options.mayRefuse && -score > options.noAnswerThreshold;
    return { text: refused ? "" : text, score };
  });
}

function bestSpan(
  { secondFrom, starts, central }: SpanWindow,
  begin: Float32Array,
  end: Float32Array,
  longest: number,
): { readonly from: number; readonly to: number; readonly sum: number } | undefined {
  const likeliest = (logits: Float32Array) =>
    Array.from(starts, (_, piece) => piece)
      .sort((a, b) => logits[secondFrom + b]! - logits[secondFrom + a]!)
      .slice(0, BEST);
  let best: { from: number; to: number; sum: number } | undefined;
  for (const from of likeliest(begin)) {
    if (central[from] === 0) continue;
    for (const to of likeliest(end)) {
      if (to < from || to - from >= longest) continue;
      const sum = begin[secondFrom + from]! + end[secondFrom + to]!;
      if (best === undefined || sum > best.sum) best = { from, to, sum };
    }
  }
  return best;
}
