import { z } from "zod";
import { BACKEND_NAMES } from "../../../backend/select.ts";

const count = z.int().positive();

export const params = z
  .object({
    /** Pairs of each kind that the probe is fitted to. */
    trainExamples: count.default(2000),
    /** Held-out pairs of each kind that everything is measured on; a fixed sample where there are more. */
    heldoutExamples: count.default(4000),
    /** Weight of the data against the penalty in the probe: scikit-learn's `C`. */
    inverseRegularisation: z.number().positive().default(0.1),
    /** Pairs that are computed at once. */
    batchSize: count.default(32),
    backend: z.enum(["auto", ...BACKEND_NAMES]).default("auto"),
  })
  .prefault({});

export type PairsParams = z.output<typeof params>;
