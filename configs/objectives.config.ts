/**
 * The paper's table 5: what is asked of the two segments. Whether sentence order teaches what next sentence does not,
 * on held-out pairs of both kinds and on a task about two passages.
 *
 *   npx pipeline run --config configs/objectives.config.ts
 */
import { definePipeline } from "../index.ts";
import { ordered, random, unasked } from "./paper/corpus.ts";
import { shape, tables, variant } from "./paper/variant.ts";

const rows = [
  ["sop", ordered, 80.1],
  ["nsp", random, 79.2],
  ["none", unasked, 79.0],
] as const;

const variants = rows.map(([name, examples, paper]) =>
  variant({
    name,
    examples,
    model: shape({ embedding: 128 }),
    steps: 2000,
    tasks: ["era", "follows"],
    paper,
  }),
);

export default definePipeline({
  name: "paper-objectives",
  seed: 42,
  outputs: { comparison: tables("objectives", variants) },
});
