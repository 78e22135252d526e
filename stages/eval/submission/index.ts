import { z } from "zod";
import { defineStage, type Ref } from "../../../engine/index.ts";
import { predictions, submission } from "../tables.ts";

const params = z.object({
  /** Of several runs of a task, the one of this `seed`. */
  seed: z.int32().min(0).optional(),
  /** Leaves out the files for which there is no prediction at all, and says so; GLUE's site takes none that lacks one. */
  partial: z.boolean().default(false),
});

export type SubmissionParams = z.output<typeof params>;

function submissionOf(inputs: Readonly<Record<string, typeof predictions>>) {
  return defineStage({
    name: "glue-submission",
    module: import.meta.url,
    inputs,
    outputs: { submission },
    params,
    // biome-ignore lint/correctness/useYield: a folder is written, not yielded.
    async *run(inputs, context) {
      const { writeSubmission } = await import("./write.ts");
      await writeSubmission(Object.values(inputs), context.folder("submission"), context);
    },
  });
}

/** What worker threads find by its name; it is placed by `glueSubmission`, with as many inputs as there are runs. */
export const glueSubmissionStage = submissionOf({});

type PredictionsRef = Ref<typeof predictions>;

/**
 * Writes what GLUE's site takes: the eleven files of the nine tasks and the diagnostic set, checked (names, header,
 * label words, order of the indices, line counts), and `submission.zip` with them. `predictions` are those of runs of
 * `evaluate` that had the official test files, in any order.
 */
export function glueSubmission(
  { predictions: runs }: { readonly predictions: readonly PredictionsRef[] },
  options: z.input<typeof params> = {},
  { as }: { readonly as?: string } = {},
): { readonly submission: Ref<typeof submission> } {
  const refs = Object.fromEntries(runs.map((ref, index) => [`run${index}`, ref] as const));
  const stage = submissionOf(
    Object.fromEntries(Object.keys(refs).map((name) => [name, predictions] as const)),
  );
  return stage(refs, options, as === undefined ? {} : { as });
}
