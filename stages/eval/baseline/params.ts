import { z } from "zod";
import { taskParams } from "../params.ts";

export const params = taskParams.extend({
  /** `bag-of-words`: a logistic regression on words (ridge, of scores); `majority`: the most frequent label, always. */
  model: z.enum(["bag-of-words", "majority"]).default("bag-of-words"),
  /** Weight of the data against the penalty in logistic regression: scikit-learn's `C`. */
  inverseRegularisation: z.number().positive().default(1),
  /** Weight of the penalty in ridge regression: scikit-learn's `alpha`. */
  penalty: z.number().positive().default(1),
});

export type BaselineParams = z.output<typeof params>;
