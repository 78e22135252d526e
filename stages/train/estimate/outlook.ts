import { type AlbertConfig, type ParameterCount, parameterCount } from "../../../model/config.ts";
import type { PretrainingShape } from "../../../model/pretraining.ts";
import { stepFlops } from "../../../model/step-cost.ts";
import {
  BARE_PROCESS,
  largestBatch,
  microBatchOf,
  ONNXRUNTIME_BY_PRECISION,
  TENSORFLOW,
  type TrainingMemory,
  trainingMemory,
} from "../memory.ts";
import type { TrainParams } from "../params.ts";
import { type PaddedLengths, paddedShape, paddedShapes } from "../shape.ts";
import { CARD_SHARE, type Card } from "./cards.ts";
import { type Change, smallestChange } from "./fitting.ts";

/** What a training is known to be made from before it begins. */
export interface Planned extends PaddedLengths {
  readonly config: AlbertConfig;
  readonly params: TrainParams;
  /** Undefined where they have not been made yet. */
  readonly trainExamples: number | undefined;
}

/** Where it is asked whether a training fits, and how long it takes. */
export interface Asked {
  /** What the process has before anything of the model. */
  readonly processBytes: number;
  /** The memory that batches should fit into. */
  readonly memoryBytes: number;
  readonly card: Card | undefined;
}

/** What a training needs: all that can be computed of it. Work and time are those of batches of the longest length. */
export interface Outlook {
  readonly parameters: ParameterCount;
  readonly shape: PretrainingShape;
  /** Examples that are computed at once. */
  readonly microBatchSize: number;
  readonly memory: TrainingMemory;
  /** Largest batches that fit at once, here and as TensorFlow keeps tensors on a card; 0 where no example does. */
  readonly largest: { readonly here: number; readonly tensorflow: number };
  /** What makes one example fit here, and on a card, where it does not. */
  readonly changes: { readonly here: Change | undefined; readonly tensorflow: Change | undefined };
  readonly stepFlops: number;
  readonly flops: number;
  readonly epochs: number | undefined;
  /** On the card that is asked about. */
  readonly cardSeconds: number | undefined;
  /** What the node leaves in the store, and the most that it has there meanwhile, both about. */
  readonly disk: { readonly artifact: number; readonly most: number };
}

const FLOAT_BYTES = 4;

/** Computes it. */
export function outlook(planned: Planned, { processBytes, memoryBytes, card }: Asked): Outlook {
  const { config, params, trainExamples } = planned;
  const { trainBatchSize: batchSize, numTrainSteps: steps } = params;
  const { recomputeActivations: recompute, keepCheckpoints } = params;
  const shape = paddedShape(planned, batchSize);
  const here = ONNXRUNTIME_BY_PRECISION[params.precision];
  const microBatchSize = microBatchOf(config, paddedShapes(planned, batchSize), params);
  const parameters = parameterCount(config);
  const bare = trainingMemory(config, paddedShapes(planned, microBatchSize), recompute, here);
  const own = processBytes - BARE_PROCESS;
  const memory = { ...bare, fixed: bare.fixed + own, total: bare.total + own };
  const one = paddedShapes(planned, 1);
  const fitted = { config, one, recompute };
  const flops = stepFlops(config, shape);
  const model = FLOAT_BYTES * parameters.total;
  // The last model and the best, those kept on the way, and the moments; unfinished states have moments, too.
  const artifact = (2 + keepCheckpoints + 2) * model;
  return {
    parameters,
    shape,
    microBatchSize,
    memory,
    largest: {
      here: largestBatch(config, one, recompute, memoryBytes - own, here),
      tensorflow: largestBatch(config, one, recompute, memoryBytes, TENSORFLOW),
    },
    changes: {
      here: smallestChange(fitted, memoryBytes - own, here),
      tensorflow: smallestChange(fitted, memoryBytes, TENSORFLOW),
    },
    stepFlops: flops,
    flops: steps * flops,
    epochs: trainExamples === undefined ? undefined : (steps * batchSize) / trainExamples,
    cardSeconds: card === undefined ? undefined : (steps * flops) / (CARD_SHARE * card.flops),
    disk: { artifact, most: artifact + (3 * (keepCheckpoints + 1) + 1) * model },
  };
}
