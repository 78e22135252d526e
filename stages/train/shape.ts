import { PipelineError } from "../../engine/index.ts";
import { leastPaddedLengths } from "../../lib/padded-lengths.ts";
import type { AlbertShape } from "../../model/config.ts";
import type { PretrainingShape } from "../../model/pretraining.ts";
import { type ExampleSet, lengthOf } from "./example-set.ts";
import type { TrainParams } from "./params.ts";
import { mostTargets } from "./redraw.ts";

/** Lengths are padded to a multiple of this, which matrix products like. */
export const LENGTH_MULTIPLE = 8;

/** The length in pieces that examples of at most so many are padded to. */
export function paddedLength(longest: number): number {
  return Math.ceil(longest / LENGTH_MULTIPLE) * LENGTH_MULTIPLE;
}

/** The shape that every batch is padded to. A PipelineError where an example does not fit. */
export function shapeOf(
  set: ExampleSet,
  params: TrainParams,
  model: Pick<AlbertShape, "maxPositionEmbeddings">,
): PretrainingShape {
  const { trainBatchSize: batchSize } = params;
  const sequenceLength =
    params.maxSeqLength ?? Math.min(paddedLength(set.longest), model.maxPositionEmbeddings);
  if (sequenceLength > model.maxPositionEmbeddings)
    throw new PipelineError("maxSeqLength is beyond the model's positions", {
      where: "train.maxSeqLength",
      expected: `at most ${model.maxPositionEmbeddings}`,
      got: `${sequenceLength}`,
      hint: "raise model.maxPositionEmbeddings",
    });
  if (set.longest > sequenceLength)
    throw new PipelineError("an example is too long for the model", {
      where: "train.examples",
      expected: `at most ${sequenceLength} pieces`,
      got: `${set.longest}`,
      hint:
        params.maxSeqLength === undefined
          ? "raise model.maxPositionEmbeddings, or lower sop-pairs.maxSeqLength"
          : "raise train.maxSeqLength to sop-pairs.maxSeqLength, or leave it out",
    });
  return {
    batchSize,
    sequenceLength,
    maskedPositions: batchSize * Math.max(1, mostTargets(set, params)),
  };
}

/** A length that batches are padded to, and the most targets that an example has which it holds. */
export interface PaddedLength {
  readonly sequenceLength: number;
  readonly mostTargets: number;
}

/** The lengths below `longest` that batches are padded to, ascending: none where the parameters ask for none. */
export function shorterLengths(
  set: ExampleSet,
  params: TrainParams,
  longest: number,
): readonly PaddedLength[] {
  const { lengthBins = [] } = params;
  const lengths =
    lengthBins === "auto"
      ? leastPaddedLengths(
          Array.from(set.train, (example) => lengthOf(set, example)),
          longest,
        )
      : lengthBins;
  return lengths
    .filter((length) => length < longest)
    .map((sequenceLength) => ({
      sequenceLength,
      mostTargets: Math.max(1, mostTargets(set, params, sequenceLength)),
    }));
}
