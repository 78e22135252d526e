/**
 * A larger ALBERT on the same speeches, for half an hour to an hour of CPU: four layers of width 256, longer windows,
 * a larger vocabulary. docs/results.md says what it gave.
 *
 *   npx pipeline run --config configs/larger.config.ts
 */
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
} from "../index.ts";
import { eraTask, followsTask, sotuTasks, speeches } from "./sotu/index.ts";

const read = ingest({}, { sources: [speeches], heldout: { share: 0.1 } });
const { documents } = deduplicate({ documents: read.documents });
const { tokenizer } = wordpieceVocab({ documents }, { size: 8000 });
const { coverage } = tokenizerReport({ documents, tokenizer });
const { sentences } = tokenize({ documents, tokenizer });
const { examples } = sopPairs({ sentences, tokenizer }, { maxSeqLength: 128, dupeFactor: 5 });

const pretrained = train(
  { examples, tokenizer },
  {
    model: albert("tiny", {
      embeddingSize: 128,
      initializerRange: 0.06,
      positionInitializer: "sinusoidal",
    }),
    trainBatchSize: 16,
    numTrainSteps: 4000,
    warmupSteps: 200,
    learningRate: 0.001,
    optimiser: { name: "adamw", biasCorrection: true },
    logEverySteps: 50,
    evaluateEverySteps: 500,
  },
);

const tasks = sotuTasks({ documents });
const { checkpoint } = pretrained;
const finetuning = { learningRate: 5e-4, numTrainEpochs: 3, maxSeqLength: 128 };
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
  name: "albert-sotu-larger",
  seed: 42,
  outputs: { coverage, scores: [pretrained.scores, era.scores, follows.scores] },
});
