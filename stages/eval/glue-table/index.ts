import { z } from "zod";
import { defineStage, type Ref } from "../../../engine/index.ts";
import { scores } from "../../train/tables.ts";
import { glueScores } from "../tables.ts";

const params = z.object({
  /** What became of WNLI: it is said beside the average. */
  wnli: z.enum(["majority", "fine-tune", "exclude"]).optional(),
  /** From which task's model another's fine-tuning started, to be said beside its scores. */
  startedFrom: z.record(z.string(), z.string()).default({}),
});

/** Scores of runs by what they are inputs of the table as: `run0`, `run1`, …, and of baselines `words0`, …. */
function tableOf(inputs: Readonly<Record<string, typeof scores>>) {
  return defineStage({
    name: "glue-table",
    module: import.meta.url,
    inputs,
    outputs: { table: glueScores },
    params,
    async *run(inputs, { params }) {
      const { runGlueTable } = await import("./run.ts");
      yield* runGlueTable(inputs, params);
    },
  });
}

/** What worker threads find by its name; it is placed by `glueTable`, with as many inputs as there are scores. */
export const glueTableStage = tableOf({});

type ScoresRef = Ref<typeof scores>;

/**
 * The GLUE table: of every task and metric the median and the range over the runs, beside the baselines and the
 * published number, and the average over tasks. `runs` are scores of `evaluate`, in any order, a run of a task each;
 * `words` those of `taskBaseline`.
 */
export function glueTable(
  { runs, words }: { readonly runs: readonly ScoresRef[]; readonly words: readonly ScoresRef[] },
  options: z.input<typeof params> = {},
  { as }: { readonly as?: string } = {},
): { readonly table: Ref<typeof glueScores> } {
  const refs = Object.fromEntries([
    ...runs.map((ref, index) => [`run${index}`, ref] as const),
    ...words.map((ref, index) => [`words${index}`, ref] as const),
  ]);
  const stage = tableOf(
    Object.fromEntries(Object.keys(refs).map((name) => [name, scores] as const)),
  );
  return stage(refs, options, as === undefined ? {} : { as });
}
