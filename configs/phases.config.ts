/**
 * Two phases of pretraining on sentences that are tokenised once: most steps on windows of 128 pieces, the last tenth on
 * windows of 512, by which the later positions are learnt at a fraction of the cost.
 *
 *   npx pipeline run --config configs/phases.config.ts
 */
import {
  albert,
  continueTraining,
  deduplicate,
  definePipeline,
  ingest,
  sopPairs,
  tokenize,
  train,
  wordpieceVocab,
} from "../index.ts";
import { speeches } from "./sotu/index.ts";

const read = ingest({}, { sources: [speeches], heldout: { share: 0.1 } });
const { documents } = deduplicate({ documents: read.documents });
const { tokenizer } = wordpieceVocab({ documents }, { size: 4000 });
const { sentences } = tokenize({ documents, tokenizer });
const short = sopPairs({ sentences, tokenizer }, { maxSeqLength: 128 }, { as: "pairs-128" });
const long = sopPairs({ sentences, tokenizer }, { maxSeqLength: 512 }, { as: "pairs-512" });

const optimiser = { name: "adamw", biasCorrection: true } as const;
const first = train(
  { examples: short.examples, tokenizer },
  {
    model: albert("mini", {
      embeddingSize: 128,
      initializerRange: 0.08,
      positionInitializer: "sinusoidal",
      maxPositionEmbeddings: 512,
    }),
    trainBatchSize: 16,
    numTrainSteps: 900,
    learningRate: 0.002,
    optimiser,
  },
  { as: "train-128" },
);
const { checkpoint, optimiser: moments } = first;
const second = continueTraining(
  { examples: long.examples, tokenizer, checkpoint, optimiser: moments },
  { trainBatchSize: 4, numTrainSteps: 100, learningRate: 0.001, optimiser },
  { as: "train-512" },
);

export default definePipeline({
  name: "albert-sotu-phases",
  seed: 42,
  outputs: { scores: [first.scores, second.scores] },
});
