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

/** A length that batches are padded to, and the most targets that an example has which it holds. */
export interface PaddedLength {
  readonly sequenceLength: number;
  readonly mostTargets: number;
}

/** The longest length that batches are padded to, with the shorter ones for those that they hold. */
export interface PaddedLengths extends PaddedLength {
  /** Ascending. */
  readonly shorter?: readonly PaddedLength[];
}

/** All of them, ascending. */
export function ascending({ shorter = [], ...longest }: PaddedLengths): readonly PaddedLength[] {
  return [...shorter, longest];
}

/** Shapes that parts of batches have: the longest, and shorter ones of equally many examples. */
export interface BatchShapes extends PretrainingShape {
  readonly shorter?: readonly PretrainingShape[];
}

/** The shape of so many examples that are padded to a length. */
export function paddedShape(
  { sequenceLength, mostTargets }: PaddedLength,
  batchSize: number,
): PretrainingShape {
  return { batchSize, sequenceLength, maskedPositions: batchSize * mostTargets };
}

/** The shapes of so many examples, padded to each length. */
export function paddedShapes(lengths: PaddedLengths, batchSize: number): BatchShapes {
  const { shorter = [] } = lengths;
  return {
    ...paddedShape(lengths, batchSize),
    shorter: shorter.map((length) => paddedShape(length, batchSize)),
  };
}

/** The lengths that batches are padded to. A PipelineError where an example does not fit. */
export function lengthsFor(
  set: ExampleSet,
  params: TrainParams,
  model: Pick<AlbertShape, "maxPositionEmbeddings">,
): Required<PaddedLengths> {
  const longest =
    params.maxSeqLength ?? Math.min(paddedLength(set.longest), model.maxPositionEmbeddings);
  if (longest > model.maxPositionEmbeddings)
    throw new PipelineError("maxSeqLength is beyond the model's positions", {
      where: "train.maxSeqLength",
      expected: `at most ${model.maxPositionEmbeddings}`,
      got: `${longest}`,
      hint: "raise model.maxPositionEmbeddings",
    });
  if (set.longest > longest)
    throw new PipelineError("an example is too long for the model", {
      where: "train.examples",
      expected: `at most ${longest} pieces`,
      got: `${set.longest}`,
      hint:
        params.maxSeqLength === undefined
          ? "raise model.maxPositionEmbeddings, or lower sop-pairs.maxSeqLength"
          : "raise train.maxSeqLength to sop-pairs.maxSeqLength, or leave it out",
    });
  const of = (sequenceLength: number): PaddedLength => ({
    sequenceLength,
    mostTargets: Math.max(1, mostTargets(set, params, sequenceLength)),
  });
  const shorter = binsOf(set, params, longest).filter((length) => length < longest);
  return { ...of(longest), shorter: shorter.map(of) };
}

function binsOf(set: ExampleSet, { lengthBins = [] }: TrainParams, longest: number) {
  if (lengthBins !== "auto") return lengthBins;
  const lengths = Array.from(set.train, (example) => lengthOf(set, example));
  return leastPaddedLengths(lengths, longest);
}
