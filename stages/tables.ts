/** Every output that stages write: what a stage of one's own may read. */
export { comparison, measures } from "./compare/tables.ts";
export { duplicates } from "./deduplicate/tables.ts";
export {
  answers,
  contaminated,
  contamination,
  curve as fineTuningCurve,
  data,
  glueScores,
  predictions,
  submission,
} from "./eval/tables.ts";
export { documents, rejected } from "./ingest/tables.ts";
export { examples } from "./sop-pairs/tables.ts";
export { normaliser, sentences, tokenizer, vocab, words } from "./tokenize/tables.ts";
export {
  coverage,
  percentiles,
  uncoveredCharacters,
  unknownWords,
} from "./tokenizer-report/tables.ts";
export {
  best,
  checkpoint,
  checkpoints,
  costs,
  curve,
  divergences,
  estimate,
  optimiser,
  scores,
  tensorboard,
  trustRatios,
} from "./train/tables.ts";
