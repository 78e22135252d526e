/**
 * The paper's table 6: BERT and a wider ALBERT for the same time. The steps are those that take about as long by
 * `pipeline estimate`; the table's `seconds` say how well that was hit.
 *
 *   npx pipeline run --config configs/bert.config.ts
 */
import { definePipeline } from "../index.ts";
import { shape, tables, variant } from "./paper/variant.ts";

const variants = [
  variant({
    name: "bert",
    model: shape({ embedding: 128, sharing: "none" }),
    steps: 2000,
    paper: 87.2,
  }),
  variant({
    name: "albert-wide",
    model: shape({ layers: 1, hidden: 256 }),
    steps: 2300,
    paper: 88.7,
  }),
  variant({ name: "albert", model: shape({}), steps: 3000 }),
];

export default definePipeline({
  name: "paper-bert",
  seed: 42,
  outputs: { comparison: tables("bert", variants) },
});
