import type { Artifact, Partition } from "./artifact.ts";
import { conclude } from "./conclude.ts";
import type { Draft } from "./draft.ts";
import { PipelineError } from "./error.ts";
import type { EventBody, NodeFinished } from "./event.ts";
import { isUntouched } from "./file-stamp.ts";
import type { FileStore } from "./file-store.ts";
import { type InputSource, inputSource } from "./inputs.ts";
import { forgetPartitions, keepFinished, keptPartitions } from "./partial.ts";
import { type HashedSource, type PartitionPlan, partitionsOf } from "./partition.ts";
import type { StaleNode } from "./plan.ts";
import { ProgressMeter } from "./progress.ts";
import { forgetResumption, resumptionOf } from "./resumption.ts";
import type { Scheduler } from "./schedule/scheduler.ts";
import type { PartitionEvent, PartitionHooks } from "./schedule/task.ts";
import type { NodeDefinition, Resumption, SourceFile } from "./stage.ts";

/** Partitions are looked for in this many of a node's newest artifacts. */
const SEARCHED = 4;
/** Partitions that are taken over at once. */
const CONCURRENCY = 8;

export interface RunNodeOptions {
  readonly store: FileStore;
  readonly scheduler: Scheduler;
  readonly seed: number;
  /** Where the node stands in the pipeline: of what waits for its turn the first goes first. */
  readonly rank: number;
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
  const partitions = partitionsOf(node, work.fields, inputs, work.files);
  const draft = store.draft(node.id, work.fingerprint);
  try {
    const made = options.reuse
      ? await takeOver(partitions, draft, plan, options)
      : new Map<number, Partition>();
    const stale = [...partitions.keys()].filter((index) => !made.has(index));
    const [total, reused] = [partitions.length, made.size];
    const ready = performance.now();
    let waited: number | undefined;
    const onBegin = () => {
      if (waited !== undefined) return;
      waited = performance.now() - ready;
      emit({ type: "node-started", node: node.id, partitions: total, reused });
    };
    if (stale.length === 0) onBegin();
    const sizes = stale.map((index) => [index, partitions[index]!.size] as const);
    const meter = new ProgressMeter(new Map(sizes), emit);
    const keeping = async <T>(work: () => Promise<T>) => {
      try {
        return await work();
      } catch (error) {
        // Where they cannot be kept, such as on a full disk, the next run only has more to do.
        if (made.size > 0) await keepFinished(store, plan, draft, made).catch(() => {});
        throw error;
      }
    };
    await keeping(() =>
      allOrStop(options.signal, stale, async (index, signal) => {
        const onEvent = (event: PartitionEvent) =>
          event.type === "node-progress" ? meter.update(index, event) : emit(event);
        const folder = draft.folderFor(index);
        const partition = partitions[index]!;
        const resumption = await resumptionOf(store, plan, partition.fingerprint, {
          afresh: !options.reuse,
          note: (message) => emit({ type: "node-log", node: node.id, level: "warn", message }),
        });
        const hooks = { onBegin, onEvent, signal };
        made.set(
          index,
          await runOne(plan, inputs, { ...partition, folder, resumption }, options, hooks),
        );
      }),
    );
    meter.flush();
    await checkUntouched(node.id, work.files);
    const all = [...partitions.keys()].map((index) => made.get(index)!);
    checkNonEmpty(node, all);
    const concluded = await keeping(() => conclude(plan, all, draft, options));
    const artifact = await draft.commit({
      stage: node.stage.name,
      fields: work.fields,
      outputs: node.stage.outputs,
      partitions: [...all, ...concluded],
      seconds: (performance.now() - started - (waited ?? 0)) / 1000,
    });
    await forgetPartitions(store, node.id);
    await forgetResumption(store, plan);
    emit(nodeFinished(artifact, "ran"));
    return artifact;
  } catch (error) {
    await draft.discard();
    throw error;
  }
}

/** Throws where a file was written to since it was hashed: the parts may be of another content. */
async function checkUntouched(node: string, files: readonly HashedSource[]): Promise<void> {
  for (const { stamp, path } of files) {
    if (stamp === undefined || (await isUntouched(stamp))) continue;
    throw new PipelineError(`${path} changed while ${node} read it`, {
      where: path,
      hint: "run the pipeline again when nothing writes to the file",
    });
  }
}

/** Throws where a table that must have rows has none in any partition. */
function checkNonEmpty({ id, stage }: NodeDefinition, partitions: readonly Partition[]): void {
  for (const [output, type] of Object.entries(stage.outputs)) {
    if (type.kind !== "table" || type.nonEmpty === undefined) continue;
    const parts = partitions.flatMap(({ outputs }) => outputs[output] ?? []);
    if (parts.some(({ rows }) => rows > 0)) continue;
    throw new PipelineError(type.nonEmpty, {
      where: `${id}, output ${output}`,
      expected: "at least one row",
      got: "none",
    });
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

/** A partition with where it is to be written and where it goes on. */
interface PlacedPartition extends PartitionPlan {
  readonly folder: string;
  readonly resumption: Resumption | undefined;
}

async function runOne(
  { node }: StaleNode,
  inputs: Readonly<Record<string, InputSource>>,
  partition: PlacedPartition,
  { scheduler, seed, rank, emit }: RunNodeOptions,
  hooks: PartitionHooks,
): Promise<Partition> {
  const { key, fingerprint, partBytes, files, part, folder, resumption } = partition;
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
    files: files.map(asDeclared),
    inputs: own,
    ...(resumption && { resumption }),
    folder,
    partBytes,
  };
  const { outputs, seconds } = await scheduler.run(node.stage, task, hooks, rank);
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

/** A file as its stage named it. */
function asDeclared({ stamp, ...file }: HashedSource): SourceFile {
  return stamp === undefined ? file : { path: file.path, name: file.name };
}

/** Takes over, by index, those partitions that an earlier artifact holds whole; says which are damaged. */
async function takeOver(
  partitions: readonly PartitionPlan[],
  draft: Draft,
  { node }: StaleNode,
  { store, emit }: RunNodeOptions,
): Promise<Map<number, Partition>> {
  const kept = await keptPartitions(store, node.id);
  const earlier = [...kept, ...(await store.artifacts(node.id, SEARCHED))];
  const found = new Map<string, { artifact: Artifact; partition: Partition }>();
  for (const artifact of earlier.toReversed()) {
    for (const partition of artifact.manifest.partitions)
      found.set(partition.fingerprint, { artifact, partition });
  }
  const taken = new Map<number, Partition>();
  const take = async (index: number, { key, fingerprint }: PartitionPlan): Promise<void> => {
    const source = found.get(fingerprint);
    if (source === undefined) return;
    try {
      const partition = await draft.adopt(index, source.partition, source.artifact);
      taken.set(index, { ...partition, key });
    } catch (error) {
      if (!(error instanceof PipelineError) || error.details.corrupt === undefined) throw error;
      const { file } = error.details.corrupt;
      const message = `${file} is damaged: it is made again`;
      emit({ type: "node-log", node: node.id, level: "warn", message });
    }
  };
  const waiting = partitions.entries();
  const work = async () => {
    for (const [index, partition] of waiting) await take(index, partition);
  };
  // Each ends before a failure is thrown: then the draft's folder is removed.
  const ends = await Promise.allSettled(Array.from({ length: CONCURRENCY }, work));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  return taken;
}

/** Runs `work` on every item at once; the first failure stops the others, and is thrown once all have ended. */
async function allOrStop<T>(
  signal: AbortSignal,
  items: readonly T[],
  work: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  let first: { readonly error: unknown } | undefined;
  const all = items.map(async (item) => {
    try {
      await work(item, either);
    } catch (error) {
      first ??= { error };
      failed.abort();
    }
  });
  await Promise.all(all);
  if (first !== undefined) throw first.error;
}
