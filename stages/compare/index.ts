import { z } from "zod";
import { defineStage, type Output, type Ref } from "../../engine/index.ts";
import type { costs, estimate, scores } from "../train/tables.ts";
import { comparison, measures } from "./tables.ts";

const params = z.object({
  variants: z.array(
    z.object({
      name: z.string().min(1),
      /** What the paper's counterpart reaches on average, as a share. */
      paper: z.number().optional(),
      /** By its training's number, as in the names of the inputs. */
      runs: z.array(z.int().min(0)).min(1),
    }),
  ),
});

/** How many inputs of each kind there are is known when it is placed. */
function comparing(inputs: Readonly<Record<string, Output>>) {
  return defineStage({
    name: "compare",
    module: import.meta.url,
    inputs,
    outputs: { comparison, measures },
    params,
    async *run(read, { params }) {
      const { runCompare } = await import("./run.ts");
      yield* runCompare(read, params);
    },
  });
}

/** What worker threads find by its name; it is placed by `compare`. */
export const compareStage = comparing({});

/** A variant of an experiment and the nodes that were placed of it. */
export interface Variant {
  readonly name: string;
  /** What the paper's counterpart reaches on average, as a share. */
  readonly paper?: number;
  /** `estimateTraining`'s. */
  readonly estimate?: Ref<typeof estimate>;
  readonly runs: readonly VariantRun[];
}

/** A training of a variant with a seed of its own. */
export interface VariantRun {
  /** `train`'s. */
  readonly costs: Ref<typeof costs>;
  /** Of `measurePairs`. */
  readonly pairs: Ref<typeof scores>;
  /** Of `evaluate`, a task each. */
  readonly tasks: readonly Ref<typeof scores>[];
}

/**
 * The table of an experiment: a row a variant. Of its nodes those of every variant's first run stand first in the
 * pipeline, in the order of the variants, and run first, then those of the second.
 */
export function compare(
  variants: readonly Variant[],
  { as }: { readonly as?: string } = {},
): { readonly comparison: Ref<typeof comparison>; readonly measures: Ref<typeof measures> } {
  const refs: Record<string, Ref> = {};
  const placed = variants.map(({ name, paper }) => ({
    name,
    ...(paper !== undefined && { paper }),
    runs: [] as number[],
  }));
  let run = 0;
  for (let round = 0; variants.some(({ runs }) => round < runs.length); round++) {
    for (const [index, { estimate, runs }] of variants.entries()) {
      const own = runs[round];
      if (own === undefined) continue;
      if (round === 0 && estimate !== undefined) refs[`estimate${index}`] = estimate;
      refs[`costs${run}`] = own.costs;
      refs[`pairs${run}`] = own.pairs;
      for (const [task, ref] of own.tasks.entries()) refs[`task${run}of${task}`] = ref;
      placed[index]!.runs.push(run++);
    }
  }
  const types = Object.fromEntries(Object.entries(refs).map(([name, { type }]) => [name, type]));
  const options = as === undefined ? {} : { as };
  return comparing(types)(refs, { variants: placed }, options);
}
