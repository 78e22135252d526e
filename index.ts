/**
 * What a `pipeline.config.ts` imports from "albert-pipeline": the stages, the model's presets, and what it takes to
 * define stages of one's own.
 */
export {
  type ArrowTypes,
  type Batch,
  type BatchData,
  type BatchView,
  type Columns,
  type ColumnType,
  definePipeline,
  defineStage,
  type ErrorDetails,
  type Folder,
  folder,
  type Input,
  type InputFolder,
  type InputRows,
  type Inputs,
  type InputTable,
  makeBatch,
  type NodeDefinition,
  type Output,
  type Outputs,
  type Pipeline,
  type PipelineDefinition,
  PipelineError,
  type PlaceOptions,
  type Ref,
  type Refs,
  type Row,
  type RowColumns,
  type RowTable,
  type RunEvent,
  rowTable,
  runEventSchema,
  type SourceFile,
  type Stage,
  type StageContext,
  type StageSpec,
  type Table,
  table,
  utf8Data,
  viewBatch,
  type Yielded,
} from "./engine/index.ts";
export { RandomStream } from "./lib/random.ts";
export { type AlbertShape, albert, bert } from "./model/config.ts";
export { compare, type Variant, type VariantRun } from "./stages/compare/index.ts";
export {
  deduplicate,
  findDuplicates,
  keepUnique,
  signDocuments,
} from "./stages/deduplicate/index.ts";
export { taskBaseline } from "./stages/eval/baseline/index.ts";
export { checkContamination } from "./stages/eval/contamination/index.ts";
export { glueTable } from "./stages/eval/glue-table/index.ts";
export {
  evaluate,
  type FoundTask,
  findGlue,
  GLUE_TASKS,
  type GlueTask,
  glueTask,
  huggingFaceGlueTask,
  KOREAN_TASKS,
  type KoreanTask,
  koreanTask,
  localFolder,
  task,
} from "./stages/eval/index.ts";
export { type GlueOptions, glue, type PlacedGlue } from "./stages/eval/place-glue.ts";
export { evaluateReading } from "./stages/eval/reading/index.ts";
export { type FineTuningOptions, glueRecipe } from "./stages/eval/recipes.ts";
export { glueSubmission } from "./stages/eval/submission/index.ts";
export {
  bertFormat,
  csv,
  html,
  ingest,
  jsonl,
  markdown,
  parquet,
  text,
  wikipedia,
} from "./stages/ingest/index.ts";
export { sopPairs } from "./stages/sop-pairs/index.ts";
export * as tables from "./stages/tables.ts";
export {
  countWords,
  tokenize,
  trainVocab,
  vocabFile,
  wordpieceVocab,
} from "./stages/tokenize/index.ts";
export { tokenizerReport } from "./stages/tokenizer-report/index.ts";
export { estimateTraining } from "./stages/train/estimate/index.ts";
export { continueTraining, train } from "./stages/train/index.ts";
export { measurePairs } from "./stages/train/pairs/index.ts";
