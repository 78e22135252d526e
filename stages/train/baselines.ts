import type { TokenizerDefinition } from "../../lib/tokenizer/definition.ts";
import type { ExampleSet } from "./example-set.ts";

/** What is reached without reading the text; a model must beat it to have learnt anything. */
export interface Baselines {
  /** Nats a target, if every target is predicted by the pieces' frequencies alone. */
  readonly unigramLoss: number;
  /** Share of targets that are the most frequent piece. */
  readonly unigramAccuracy: number;
  /** Share of the commoner order among the examples with one. */
  readonly majorityAccuracy: number;
  /** How many examples have an order to tell. */
  readonly ordered: number;
}

/**
 * Baselines on the held-out examples. The unigram model has the pieces' counts in the training split, each plus one
 * (Laplace), so that no held-out target is impossible; the commonest piece is the training split's too.
 */
export function baselinesOf(set: ExampleSet, tokenizer: TokenizerDefinition): Baselines {
  const counts = trainingCounts(set, tokenizer);
  const total = counts.reduce((sum, count) => sum + count + 1, 0);
  const commonest = counts.reduce((best, count, id) => (count > counts[best]! ? id : best), 0);
  let targets = 0;
  let loss = 0;
  let correct = 0;
  let swapped = 0;
  let ordered = 0;
  for (const example of set.heldout) {
    const label = set.orderLabels[example]!;
    if (label !== -1) ordered++;
    if (label === 1) swapped++;
    for (const id of targetsOf(set, example)) {
      loss -= Math.log((counts[id]! + 1) / total);
      if (id === commonest) correct++;
      targets++;
    }
  }
  const share = swapped / Math.max(1, ordered);
  return {
    unigramLoss: loss / Math.max(1, targets),
    unigramAccuracy: correct / Math.max(1, targets),
    majorityAccuracy: Math.max(share, 1 - share),
    ordered,
  };
}

/** How often each piece stands in the training examples as they were before masking; special pieces count 0. */
function trainingCounts(set: ExampleSet, { pieces, roles }: TokenizerDefinition): Float64Array {
  const counts = new Float64Array(pieces.length);
  for (const example of set.train) {
    const start = set.offsets[example]!;
    for (const id of set.inputIds.subarray(start, set.offsets[example + 1]!)) counts[id]!++;
    const firstTarget = set.targetOffsets[example]!;
    for (const [index, id] of targetsOf(set, example).entries()) {
      counts[set.inputIds[start + set.targetPositions[firstTarget + index]!]!]!--;
      counts[id]!++;
    }
  }
  // Never masked, so that no prediction should be wasted on them; what is unknown can be a target.
  for (const id of [roles.pad, roles.cls, roles.sep, roles.mask]) counts[id] = 0;
  return counts;
}

function targetsOf(set: ExampleSet, example: number) {
  return set.targetIds.subarray(set.targetOffsets[example]!, set.targetOffsets[example + 1]!);
}
