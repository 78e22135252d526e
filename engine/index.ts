export { type BatchData, type BatchView, makeBatch, utf8Data, viewBatch } from "./batch.ts";
export type {
  ArrowTypes,
  Columns,
  ColumnType,
  ColumnTypes,
  ListData,
  Utf8Data,
  Utf8View,
} from "./column.ts";
export { defineStage } from "./define-stage.ts";
export {
  type CorruptPart,
  type ErrorDetails,
  EXIT,
  type ExitCode,
  PipelineError,
} from "./error.ts";
export type * from "./event.ts";
export { suggest } from "./name.ts";
export {
  definePipeline,
  type ParamSetting,
  type Pipeline,
  type PipelineDefinition,
} from "./pipeline.ts";
export { describeReason, describeReasons } from "./reason.ts";
export type * from "./stage.ts";
export {
  type Batch,
  type Folder,
  folder,
  type Output,
  type Outputs,
  type Row,
  type RowColumns,
  type RowTable,
  rowTable,
  type Table,
  table,
} from "./table.ts";
