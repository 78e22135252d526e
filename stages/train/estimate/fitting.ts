import type { AlbertConfig } from "../../../model/config.ts";
import { largestBatch, type MemoryModel } from "../memory.ts";
import { type BatchShapes, LENGTH_MULTIPLE } from "../shape.ts";

/** What is to fit: a model and one example of it. */
export interface Fitted {
  readonly config: AlbertConfig;
  readonly one: BatchShapes;
  readonly recompute: boolean;
}

/** A change that makes one example fit. */
export interface Change {
  /** As a parameter of `train` or of what it reads, such as `maxSeqLength: 320`. */
  readonly change: string;
  readonly batch: number;
}

/**
 * The smallest change that makes one example fit into so many bytes, tried in this order: the same model computed
 * otherwise, shorter examples, fewer layers, shared layers, narrower ones. Undefined where one fits already, or where
 * not even the least model does.
 */
export function smallestChange(
  fitted: Fitted,
  bytes: number,
  model?: MemoryModel,
): Change | undefined {
  const batchOf = ({ config, one, recompute }: Fitted) =>
    largestBatch(config, one, recompute, bytes, model);
  if (batchOf(fitted) > 0) return undefined;
  for (const [change, changed] of changes(fitted)) {
    const batch = batchOf(changed);
    if (batch > 0) return { change, batch };
  }
  return undefined;
}

function* changes(fitted: Fitted): Generator<readonly [change: string, Fitted]> {
  const { config, one, recompute } = fitted;
  if (!recompute) yield ["recomputeActivations: true", { ...fitted, recompute: true }];
  const longest = Math.floor((one.sequenceLength - 1) / LENGTH_MULTIPLE) * LENGTH_MULTIPLE;
  for (let length = longest; length >= 4 * LENGTH_MULTIPLE; length -= LENGTH_MULTIPLE) {
    const maskedPositions = Math.ceil((one.maskedPositions * length) / one.sequenceLength);
    const shorter = one.shorter?.filter(({ sequenceLength }) => sequenceLength < length) ?? [];
    const lower = { ...one, sequenceLength: length, maskedPositions, shorter };
    yield [`maxSeqLength: ${length}`, { ...fitted, one: lower }];
  }
  for (let layers = config.numHiddenLayers - 1; layers >= 1; layers--) {
    const fewer = { ...config, numHiddenLayers: layers, numHiddenGroups: 1 };
    yield [`numHiddenLayers: ${layers}`, { ...fitted, config: fewer }];
  }
  if (config.sharing !== "all") {
    const shared = { ...config, sharing: "all" as const };
    yield ['sharing: "all"', { ...fitted, config: shared }];
  }
  for (let width = config.hiddenSize / 2; width >= 64; width /= 2) {
    const narrower = {
      ...config,
      hiddenSize: width,
      intermediateSize: Math.ceil((config.intermediateSize * width) / config.hiddenSize),
      embeddingSize: Math.min(config.embeddingSize, width),
    };
    yield [`hiddenSize: ${width}`, { ...fitted, config: narrower }];
  }
}
