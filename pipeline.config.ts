/**
 * The default experiment: a small ALBERT on the State of the Union addresses, then two tasks on held-out speeches.
 *
 *   npx pipeline run
 */
import { eraTask, followsTask, sotuTasks, speeches } from "./configs/sotu/index.ts";
import {
  albert,
  deduplicate,
  definePipeline,
  evaluate,
  ingest,
  sopPairs,
  tokenize,
  tokenizerReport,
  train,
  wordpieceVocab,
} from "./index.ts";

const read = ingest({}, { sources: [speeches], heldout: { share: 0.1 } });
export const { documents } = deduplicate({ documents: read.documents });
const { tokenizer } = wordpieceVocab({ documents }, { size: 4000 });
const { coverage } = tokenizerReport({ documents, tokenizer });
const { sentences } = tokenize({ documents, tokenizer });
const { examples } = sopPairs({ sentences, tokenizer }, { maxSeqLength: 64, dupeFactor: 2 });

export const pretrained = train(
  { examples, tokenizer },
  {
    model: albert("mini", {
      embeddingSize: 128,
      initializerRange: 0.08,
      positionInitializer: "sinusoidal",
    }),
    trainBatchSize: 16,
    numTrainSteps: 2600,
    warmupSteps: 100,
    learningRate: 0.002,
    optimiser: { name: "adamw", biasCorrection: true },
    evaluateEverySteps: 500,
  },
);

const tasks = sotuTasks({ documents });
const { checkpoint } = pretrained;
const finetuning = { learningRate: 1e-3, numTrainEpochs: 2, maxSeqLength: 96 };
const era = evaluate(
  { checkpoint, data: tasks.era },
  { task: eraTask, ...finetuning },
  { as: "eval-era" },
);
const follows = evaluate(
  { checkpoint, data: tasks.follows },
  { task: followsTask, ...finetuning },
  { as: "eval-follows" },
);

export default definePipeline({
  name: "albert-sotu",
  seed: 42,
  outputs: { coverage, scores: [pretrained.scores, era.scores, follows.scores] },
});
