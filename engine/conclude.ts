import { basename, dirname } from "node:path";
import type { Partition } from "./artifact.ts";
import { digestParts } from "./digest.ts";
import type { Draft } from "./draft.ts";
import type { EventBody } from "./event.ts";
import { fingerprintOf } from "./fingerprint.ts";
import type { InputSource } from "./inputs.ts";
import type { StaleNode } from "./plan.ts";
import type { Scheduler } from "./schedule/scheduler.ts";

/** Of row files, which are small, nothing is cut by content. */
const PART_BYTES = 32 * 1024 * 1024;

export interface ConcludeOptions {
  readonly scheduler: Scheduler;
  readonly seed: number;
  readonly rank: number;
  readonly signal: AbortSignal;
  readonly emit: (event: EventBody) => void;
}

/** Runs a stage's conclusion, if it has one, on what all of a draft's partitions made; one more partition holds it. */
export async function conclude(
  { node, work }: StaleNode,
  partitions: readonly Partition[],
  draft: Draft,
  { scheduler, seed, rank, signal, emit }: ConcludeOptions,
): Promise<readonly Partition[]> {
  const { conclusion, outputs, module, name } = node.stage;
  if (conclusion === undefined) return [];
  const folder = draft.folderFor(partitions.length);
  const inputs = Object.fromEntries(
    conclusion.reads.map((output): [string, InputSource] => {
      const parts = partitions.flatMap((partition, index) =>
        partition.outputs[output]!.map((part) => {
          return { ...part, file: `${basename(draft.folderFor(index))}/${part.file}` };
        }),
      );
      const { fingerprint } = work;
      const type = outputs[output]!;
      return [output, { node: node.id, fingerprint, output, type, folder: dirname(folder), parts }];
    }),
  );
  const task = {
    node: node.id,
    module,
    stage: name,
    params: node.params,
    seed,
    files: [],
    inputs,
    folder,
    partBytes: PART_BYTES,
    concludes: true,
  };
  const onEvent = (event: EventBody) => {
    if (event.type !== "node-progress") emit(event);
  };
  const made = await scheduler.run(node.stage, task, { onEvent, signal }, rank);
  const digests = Object.values(inputs).map(({ output, type, parts }) => {
    return [output, digestParts(type.kind, parts)] as const;
  });
  const fields = { ...work.fields, inputs: Object.fromEntries(digests) };
  const own = Object.entries(made.outputs).map(([output, parts]) => [output, [...parts]]);
  return [
    {
      key: "conclusion",
      fingerprint: fingerprintOf(fields),
      outputs: Object.fromEntries(own),
    },
  ];
}
