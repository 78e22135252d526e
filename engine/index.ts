export type { Artifact, FingerprintFields, Manifest, Part, Partition } from "./artifact.ts";
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
export { runLogs, runsFolder } from "./event-log.ts";
export { EVENT_VERSION, runEventSchema } from "./event-schema.ts";
export { FileStore } from "./file-store.ts";
export { flushFile, flushFolder } from "./flush.ts";
export { type InputSource, inputSource, openInputs } from "./inputs.ts";
export { type Machine, thisMachine } from "./machine.ts";
export { suggest } from "./name.ts";
export { NameLock } from "./name-lock.ts";
export {
  definePipeline,
  type ParamSetting,
  type Pipeline,
  type PipelineDefinition,
} from "./pipeline.ts";
export { fromPlain, toPlain } from "./plain-error.ts";
export { type PlainRow, type PlainValue, plainRows } from "./plain-rows.ts";
export {
  type FreshNode,
  type NodePlan,
  plan,
  type StaleNode,
  type WaitingNode,
  why,
} from "./plan.ts";
export { type Followed, followEvents, readEvents } from "./read-events.ts";
export { describeReason, describeReasons } from "./reason.ts";
export { type RunOptions, type RunResult, run } from "./run.ts";
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
