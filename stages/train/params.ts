import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { BACKEND_NAMES } from "../../backend/select.ts";
import { albert, albertShapeSchema } from "../../model/config.ts";
import { optimiserSchema } from "../../model/optimiser.ts";
import { agreeBefore, type Schedule, scheduleSchema } from "../../model/schedule.ts";

const steps = z.int().positive();

const maskingSchema = z.object({
  maskedLmProb: z.number().gt(0).max(0.9).default(0.15),
  maxPredictionsPerSeq: z.int().min(1).optional(),
  ngram: z.int().min(1).max(16).default(3),
  favorShorterNgram: z.boolean().default(true),
  wholeWord: z.boolean().default(true),
  spans: z.enum(["within-segment", "across"]).default("within-segment"),
  countSpecials: z.boolean().default(false),
  replaceWithSpecials: z.boolean().default(false),
});

const BINS = 'ascending lengths, such as [64, 128], or "auto"';
const lengthBins = z.union(
  [
    z.literal("auto"),
    z
      .array(z.int().positive())
      .min(1, `must be ${BINS}; leave it out to pad all batches to maxSeqLength`)
      .refine((lengths) => lengths.every((length, at) => at === 0 || length > lengths[at - 1]!), {
        message: `must be ${BINS}, each once`,
      }),
  ],
  { error: `must be ${BINS}` },
);

/** How the examples' masks were drawn, from the parameters of the node that made them; nothing of another stage's. */
export function inheritedMasking({ examples }: { readonly examples: unknown }) {
  const { success, data } = maskingSchema.safeParse(examples ?? {});
  return success ? { masking: data } : {};
}

/** What every training is told. */
const fields = {
  /** Which of several runs: added to the pipeline's seed, which draws the parameters, the orders and the dropouts. */
  seed: z.int32().min(0).default(0),
  trainBatchSize: z.int().positive().default(16),
  /**
   * Examples that are computed at once; a batch of more is gone through in parts, whose gradients are summed. By
   * default as many as 8 GB should hold, or half of the memory where that is less.
   */
  microBatchSize: z.int().positive().optional(),
  /**
   * Computes each layer again when its gradient is taken, instead of keeping what the gradient needs: more
   * time, for memory that hardly grows with the depth.
   */
  recomputeActivations: z.boolean().default(false),
  numTrainSteps: steps.default(400),
  /** Steps during which the learning rate rises; by default a tenth of all, at most 3125. */
  warmupSteps: z.int().min(0).optional(),
  /** The peak: 0.00176 is the reference's for batches of 4096. */
  learningRate: scheduleSchema.shape.learningRate.default(0.00176),
  /**
   * How the peak follows the batch size from the one that it is known for: not at all, with its square root, as is
   * usual with LAMB, or linearly.
   */
  scaleLearningRate: z.enum(["none", "sqrt", "linear"]).default("none"),
  /** The batch size that `learningRate` is known for, where it is scaled. */
  referenceBatchSize: z.int().positive().default(4096),
  decay: scheduleSchema.shape.decay,
  decaySteps: scheduleSchema.shape.decaySteps,
  decayPower: scheduleSchema.shape.decayPower,
  endLearningRate: scheduleSchema.shape.endLearningRate,
  optimiser: optimiserSchema.prefault({}),
  /** Length to which examples are padded; by default the longest example's, rounded up to a multiple of 8. */
  maxSeqLength: z.int().positive().optional(),
  /**
   * Ascending lengths to which batches are padded beside that one: each batch holds examples of about one length, and
   * is padded to the least of these that holds them. `auto` takes those, at most six, with which the fewest positions
   * are computed. By default all batches are padded to `maxSeqLength` and drawn without regard to length.
   */
  lengthBins: lengthBins.optional(),
  /**
   * What each epoch after the first draws anew, at no cost on disk: nothing, the masks, or also where each pair is
   * parted and which segment comes first.
   */
  redraw: z.enum(["nothing", "masks", "pairs"]).default("nothing"),
  /** How masks are drawn anew: as those were that the examples came with, where nothing else is said. */
  masking: maskingSchema.prefault({}),
  /** Steps between two training rows of the curve. */
  logEverySteps: steps.default(10),
  /** Steps between two held-out rows of the curve. */
  evaluateEverySteps: steps.default(100),
  /** Held-out examples for those rows, a fixed sample; the scores at the end are on all of them. */
  heldoutSample: z.int().positive().default(512),
  /** Steps between two states that are saved, from which an interrupted training goes on. */
  saveEverySteps: steps.default(1000),
  /** How many of those are kept, and become the output `checkpoints`. */
  keepCheckpoints: z.int().positive().default(3),
  /** What is done when a loss or gradient is not finite, or the loss jumps: always before the update is made. */
  divergence: z
    .strictObject({
      /**
       * `skip` leaves the batch out; `rollback` goes back to the last saved state, goes on with a smaller rate and
       * without that batch; `stop` fails.
       */
      policy: z.enum(["skip", "rollback", "stop"]).default("rollback"),
      /** A loss so many standard deviations above the mean of the last ones is a jump; null looks for none. */
      spikeDeviations: z.number().positive().nullable().default(10),
      /** How many of the last losses that mean is of. */
      window: z.int().min(20).default(100),
      /** Batches that may be skipped one after another. */
      maxSkips: z.int().min(0).default(5),
      maxRollbacks: z.int().min(0).default(3),
      /** By what a rollback multiplies the learning rate. */
      rateFactor: z.number().positive().max(1).default(0.5),
      /**
       * What is done when nothing more may be tried: `fail` fails the node; `end` ends the training there, with the
       * model of its last saved state, or as it began, and the output `costs` says so.
       */
      exhausted: z.enum(["fail", "end"]).default("fail"),
    })
    .prefault({}),
  /**
   * In what numbers matrix products are computed. `float16` is for GPUs (`onnxruntime-cuda`, `onnxruntime-webgpu`):
   * parameters, moments and all else stay float32, and a loss scale is found that keeps gradients in its range.
   */
  precision: z.enum(["float32", "float16"]).default("float32"),
  /** Where the tensors are computed; `auto` takes the fastest that works. */
  backend: z.enum(["auto", ...BACKEND_NAMES]).default("auto"),
};

type Checked = z.output<z.ZodObject<typeof fields>>;

interface Rule {
  readonly holds: (checked: Checked) => boolean;
  readonly field: keyof Checked;
  readonly message: string;
}

/** What fields must be to each other. */
const RULES: readonly Rule[] = [
  {
    holds: ({ microBatchSize = 1, trainBatchSize }) => microBatchSize <= trainBatchSize,
    field: "microBatchSize",
    message: "must not exceed trainBatchSize",
  },
  {
    holds: ({ warmupSteps = 0, numTrainSteps }) => warmupSteps <= numTrainSteps,
    field: "warmupSteps",
    message: "must not exceed numTrainSteps",
  },
  {
    holds: ({ lengthBins, maxSeqLength = Number.POSITIVE_INFINITY }) =>
      lengthBins === undefined ||
      lengthBins === "auto" ||
      lengthBins.every((length) => length <= maxSeqLength),
    field: "lengthBins",
    message: "must not exceed maxSeqLength: raise it, or leave the longer lengths out",
  },
];

function checkRules(checked: Checked, context: z.RefinementCtx): void {
  for (const { holds, field, message } of RULES)
    if (!holds(checked)) context.addIssue({ code: "custom", path: [field], message });
}

/** What a training from the beginning is told. */
export const params = z
  .object({
    /** The model's shape; its vocabulary size is the tokenizer's. */
    model: albertShapeSchema.prefault(albert("tiny")),
    ...fields,
  })
  .superRefine(checkRules)
  .prefault({});

/** What a training is told that goes on with a model on other data, or in another way. */
export const continueParams = z
  .object({
    /** Dropouts from here on; the checkpoint's by default. */
    hiddenDropoutProb: albertShapeSchema.shape.hiddenDropoutProb.unwrap().optional(),
    attentionProbsDropoutProb: albertShapeSchema.shape.attentionProbsDropoutProb
      .unwrap()
      .optional(),
    /** Whether the optimiser's moments are gone on with, or begin at 0. */
    moments: z.enum(["keep", "fresh"]).default("keep"),
    ...fields,
  })
  .superRefine(checkRules)
  .prefault({});

export type TrainParams = Checked;
export type PretrainParams = z.output<typeof params>;
export type ContinueParams = z.output<typeof continueParams>;

/** The reference's warm-up: more is not needed however long the training. */
const LONGEST_DEFAULT_WARMUP = 3125;

/** The schedule that parameters describe. */
export function scheduleOf(params: TrainParams): Schedule {
  const { learningRate, warmupSteps, numTrainSteps, decay } = params;
  const { decaySteps, decayPower, endLearningRate } = params;
  const tenth = Math.min(LONGEST_DEFAULT_WARMUP, Math.round(numTrainSteps / 10));
  return {
    learningRate: learningRate * rateScale(params),
    warmupSteps: warmupSteps ?? tenth,
    numTrainSteps,
    decay,
    decaySteps,
    decayPower,
    endLearningRate,
  };
}

/**
 * By what a rate that is known for one batch size is multiplied for another. Sources: google-research/albert issue 111
 * (square root); Goyal et al., "Accurate, large minibatch SGD", 2017 (linear).
 */
function rateScale({ scaleLearningRate, trainBatchSize, referenceBatchSize }: TrainParams): number {
  const ratio = trainBatchSize / referenceBatchSize;
  if (scaleLearningRate === "none") return 1;
  return scaleLearningRate === "sqrt" ? Math.sqrt(ratio) : ratio;
}

/** A training long enough that a wrong rate is a loss. */
const LONG = 5000;
/** A training that sees less of its examples than this share would do with fewer. */
const MUCH_UNSEEN = 0.5;
/** The rate of google-research/albert, for its batches. */
const REFERENCE = { learningRate: 0.00176, trainBatchSize: 4096 };

/** What a user should know of parameters that often end badly, a sentence each. */
export function warningsOf(params: TrainParams, trainingExamples: number): readonly string[] {
  const { trainBatchSize, numTrainSteps, optimiser } = params;
  const { learningRate, warmupSteps } = scheduleOf(params);
  const scaled = REFERENCE.learningRate * Math.sqrt(trainBatchSize / REFERENCE.trainBatchSize);
  const long = numTrainSteps >= LONG;
  const share = (numTrainSteps * trainBatchSize) / trainingExamples;
  return [
    ...(long && optimiser.name === "lamb" && learningRate > 4 * scaled
      ? [
          `the learning rate ${learningRate.toPrecision(3)} is ${(learningRate / scaled).toFixed(0)} times the reference's for batches of ` +
            `${trainBatchSize}, which is ${scaled.toPrecision(3)}: long trainings diverge with less (scaleLearningRate: "sqrt")`,
        ]
      : []),
    ...(long && warmupSteps === 0
      ? ["there is no warm-up: the first steps may spoil the model"]
      : []),
    ...(share < MUCH_UNSEEN
      ? [`all steps together see ${(100 * share).toFixed(0)} % of the training examples`]
      : []),
  ];
}

/**
 * Whether a training would have come by the end of an earlier one: nothing differs but that it has more steps, and
 * every step of the earlier one had the same learning rate.
 */
export function continues(earlier: TrainParams, params: TrainParams): boolean {
  const { numTrainSteps: _earlierSteps, ...was } = scheduleFree(earlier);
  const { numTrainSteps: _steps, ...is } = scheduleFree(params);
  return (
    earlier.numTrainSteps < params.numTrainSteps &&
    isDeepStrictEqual(was, is) &&
    agreeBefore(earlier.numTrainSteps, scheduleOf(earlier), scheduleOf(params))
  );
}

/** What a training depends on beside its learning rates. */
function scheduleFree(params: TrainParams) {
  const { learningRate, warmupSteps, decay, decaySteps, decayPower, endLearningRate, ...rest } =
    params;
  // Through JSON, as the parameters of an artifact come.
  return JSON.parse(JSON.stringify(rest)) as typeof rest;
}
