import { EXIT, PipelineError } from "../error.ts";
import type { NodeProgress } from "../event.ts";
import { explainMachineError } from "../file-error.ts";
import { openInputs } from "../inputs.ts";
import { OutputWriter } from "../output-writer.ts";
import type { NodeDefinition, StageContext, Yielded } from "../stage.ts";
import type { Outputs, Row, RowColumns } from "../table.ts";
import type { PartitionHooks, PartitionResult, PartitionTask } from "./task.ts";
import { Throttle } from "./throttle.ts";

/** A partition's progress is said at most this often, in ms. */
const PROGRESS_MS = 100;

/**
 * Runs a stage on one partition: pulls batch after batch from it and writes each before it asks for the next. What
 * was written is removed again where the stage fails or is interrupted.
 */
export async function runPartition(
  stage: NodeDefinition["stage"],
  task: PartitionTask,
  { onEvent, signal }: PartitionHooks,
): Promise<PartitionResult> {
  const started = performance.now();
  const { node, folder, partBytes } = task;
  const inputs = await openInputs(task.inputs);
  const outputs = outputsOf(stage, task.concludes === true);
  const writer = await OutputWriter.create({ folder, outputs, partBytes });
  const progress = new Throttle<NodeProgress>(PROGRESS_MS, onEvent);
  const context: StageContext<unknown> = {
    node,
    params: task.params,
    get seed() {
      if (stage.seeded === true) return task.seed;
      throw new PipelineError(`${stage.name} reads the seed without saying so`, {
        where: node,
        hint: "declare the stage with seeded: true, so that the seed counts in its fingerprint",
      });
    },
    threads: task.threads,
    signal,
    files: task.files,
    ...(task.resumption && { resumption: task.resumption }),
    folder: (output) => writer.folder(output),
    progress: (done, total, unit) =>
      progress.push({ type: "node-progress", node, done, total: total ?? null, unit }),
    metric: (step, values) => onEvent({ type: "node-metric", node, step, values }),
    log: (level, message) => onEvent({ type: "node-log", node, level, message }),
  };
  try {
    const work = task.concludes === true ? stage.conclusion! : stage;
    for await (const yielded of work.run(inputs, context)) {
      stopIf(signal, node);
      await writer.write(yielded);
      emitRows(stage.outputs, yielded, (table, row) =>
        onEvent({ type: "node-row", node, table, row }),
      );
    }
    stopIf(signal, node);
    progress.flush();
    const parts = await writer.finish();
    return { outputs: parts, seconds: (performance.now() - started) / 1000 };
  } catch (error) {
    await writer.abort();
    throw signal.aborted ? interrupted(node) : explainMachineError(error, "writing", folder);
  }
}

/** The outputs that a stage's conclusion makes, or those that its partitions make. */
function outputsOf({ outputs, conclusion }: NodeDefinition["stage"], concludes: boolean): Outputs {
  const concluded = new Set(conclusion?.writes);
  return Object.fromEntries(
    Object.entries(outputs).filter(([output]) => concluded.has(output) === concludes),
  );
}

/** The error of work that was stopped because it was asked to. */
export function interrupted(node: string): PipelineError {
  return new PipelineError(`${node} was interrupted`, {
    where: node,
    hint: "run the pipeline again: what is finished is kept",
    exitCode: EXIT.interrupted,
  });
}

function stopIf(signal: AbortSignal, node: string): void {
  if (signal.aborted) throw interrupted(node);
}

function emitRows(
  outputs: Outputs,
  yielded: Yielded<Outputs>,
  emit: (table: string, row: Row<RowColumns>) => void,
): void {
  for (const [table, value] of Object.entries(yielded)) {
    if (outputs[table]?.kind !== "rows" || value === undefined) continue;
    for (const row of [value].flat() as Row<RowColumns>[]) emit(table, row);
  }
}
