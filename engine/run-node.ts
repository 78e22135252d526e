import type { Artifact, Partition } from "./artifact.ts";
import type { Draft } from "./draft.ts";
import { PipelineError } from "./error.ts";
import type { EventBody, NodeFinished } from "./event.ts";
import type { FileStore } from "./file-store.ts";
import { type InputSource, inputSource } from "./inputs.ts";
import { type PartitionPlan, partitionsOf } from "./partition.ts";
import type { StaleNode } from "./plan.ts";
import { ProgressMeter } from "./progress.ts";
import type { Scheduler } from "./schedule/scheduler.ts";
import type { PartitionEvent } from "./schedule/task.ts";

/** Partitions are looked for in this many of a node's newest artifacts. */
const SEARCHED = 4;
const NONE: ReadonlyMap<number, Partition> = new Map();

export interface RunNodeOptions {
  readonly store: FileStore;
  readonly scheduler: Scheduler;
  readonly seed: number;
  /** Whether partitions of earlier artifacts may be taken over. */
  readonly reuse: boolean;
  readonly signal: AbortSignal;
  readonly emit: (event: EventBody) => void;
}

/** Makes a stale node's artifact: takes over the partitions that are there already and runs the others. */
export async function runNode(plan: StaleNode, options: RunNodeOptions): Promise<Artifact> {
  const { node, work } = plan;
  const { store, emit } = options;
  const started = performance.now();
  const inputs = Object.fromEntries(
    Object.entries(node.inputs).map(([input, { output, type }]) => {
      return [input, inputSource(work.inputs[input]!, output, type)];
    }),
  );
  const tables = Object.fromEntries(
    Object.entries(inputs).map(([input, { parts }]) => [input, { parts }]),
  );
  const partitions = partitionsOf(node, work.fields, tables, work.files);
  const draft = store.draft(node.id, work.fingerprint);
  try {
    const taken = options.reuse ? await takeOver(partitions, draft, plan, options) : NONE;
    const stale = partitions.length - taken.size;
    emit({
      type: "node-started",
      node: node.id,
      partitions: partitions.length,
      reused: taken.size,
    });
    const meter = new ProgressMeter(stale, emit);
    const made = await allOrStop(options.signal, partitions, async (partition, index, signal) => {
      const before = taken.get(index);
      if (before !== undefined) return before;
      const onEvent = (event: PartitionEvent) =>
        event.type === "node-progress" ? meter.update(index, event) : emit(event);
      return runOne(plan, inputs, partition, draft.folderFor(index), options, onEvent, signal);
    });
    meter.flush();
    const artifact = await draft.commit({
      stage: node.stage.name,
      fields: work.fields,
      outputs: node.stage.outputs,
      partitions: made,
      seconds: (performance.now() - started) / 1000,
    });
    await store.makeLatest(artifact);
    emit(nodeFinished(artifact, "ran"));
    return artifact;
  } catch (error) {
    await draft.discard();
    throw error;
  }
}

/** The event of a node whose artifact is there. */
export function nodeFinished(artifact: Artifact, how: NodeFinished["how"]): NodeFinished {
  const { manifest, folder } = artifact;
  const outputs = Object.keys(manifest.outputs).map((output) => {
    const parts = manifest.partitions.flatMap((partition) => partition.outputs[output] ?? []);
    const rows = parts.reduce((sum, part) => sum + part.rows, 0);
    const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
    return [output, { rows, bytes, parts: parts.length }] as const;
  });
  return {
    type: "node-finished",
    node: manifest.node,
    how,
    fingerprint: manifest.fingerprint,
    seconds: manifest.seconds,
    folder,
    outputs: Object.fromEntries(outputs),
  };
}

async function runOne(
  { node }: StaleNode,
  inputs: Readonly<Record<string, InputSource>>,
  partition: PartitionPlan,
  folder: string,
  { scheduler, seed, emit }: RunNodeOptions,
  onEvent: (event: PartitionEvent) => void,
  signal: AbortSignal,
): Promise<Partition> {
  const { key, fingerprint, partBytes, files, part } = partition;
  const { partitionBy } = node.stage;
  const own = { ...inputs };
  if (partitionBy !== undefined && part !== undefined) {
    const source = inputs[partitionBy]!;
    own[partitionBy] = { ...source, parts: [source.parts[part]!] };
  }
  const task = {
    node: node.id,
    module: node.stage.module,
    stage: node.stage.name,
    params: node.params,
    seed,
    files: files.map(({ path, name }) => ({ path, name })),
    inputs: own,
    folder,
    partBytes,
  };
  const { outputs, seconds } = await scheduler.run(node.stage, task, { onEvent, signal });
  const parts = Object.entries(outputs);
  emit({
    type: "partition-finished",
    node: node.id,
    partition: key,
    seconds,
    rows: Object.fromEntries(
      parts.map(([output, own]) => [output, own.reduce((sum, { rows }) => sum + rows, 0)]),
    ),
    bytes: parts.flatMap(([, own]) => own).reduce((sum, { bytes }) => sum + bytes, 0),
  });
  return {
    key,
    fingerprint,
    outputs: Object.fromEntries(parts.map(([output, own]) => [output, [...own]])),
  };
}

/** Takes over, by index, those partitions that an earlier artifact holds whole; says which are damaged. */
async function takeOver(
  partitions: readonly PartitionPlan[],
  draft: Draft,
  { node }: StaleNode,
  { store, emit }: RunNodeOptions,
): Promise<Map<number, Partition>> {
  const earlier = (await store.artifacts(node.id)).slice(0, SEARCHED);
  const found = new Map<string, { artifact: Artifact; partition: Partition }>();
  for (const artifact of earlier.toReversed()) {
    for (const partition of artifact.manifest.partitions)
      found.set(partition.fingerprint, { artifact, partition });
  }
  const taken = new Map<number, Partition>();
  for (const [index, { key, fingerprint }] of partitions.entries()) {
    const source = found.get(fingerprint);
    if (source === undefined) continue;
    try {
      const partition = await draft.adopt(index, source.partition, source.artifact);
      taken.set(index, { ...partition, key });
    } catch (error) {
      if (!(error instanceof PipelineError) || error.details.corrupt === undefined) throw error;
      const { file } = error.details.corrupt;
      const message = `${file} is damaged: it is made again`;
      emit({ type: "node-log", node: node.id, level: "warn", message });
    }
  }
  return taken;
}

/** Runs `work` on every item at once; the first failure stops the others, and is thrown once all have ended. */
async function allOrStop<T, R>(
  signal: AbortSignal,
  items: readonly T[],
  work: (item: T, index: number, signal: AbortSignal) => Promise<R>,
): Promise<R[]> {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  let first: { readonly error: unknown } | undefined;
  const results = await Promise.allSettled(
    items.map(async (item, index) => {
      try {
        return await work(item, index, either);
      } catch (error) {
        first ??= { error };
        failed.abort();
        throw error;
      }
    }),
  );
  if (first !== undefined) throw first.error;
  return results.map((result) => (result as PromiseFulfilledResult<R>).value);
}
