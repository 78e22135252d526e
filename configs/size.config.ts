/**
 * The paper's tables 11 to 13 and its BERT-xlarge: where more layers and wider ones no longer help, with shared layers
 * and with layers of their own.
 *
 *   npx pipeline run --config configs/size.config.ts
 */
import { definePipeline } from "../index.ts";
import { shape, tables, variant } from "./paper/variant.ts";

// [layers, width, average]: the paper's layers of ALBERT-large halve here, its widths of three layers are an eighth.
const rows = [
  [1, 128, 52.9],
  [4, 128, undefined],
  [8, 128, 82.1],
  [2, 128, 71.2],
  [2, 256, 74.6],
  [2, 64, undefined],
] as const;

const variants = [
  ...rows.map(([layers, hidden, paper]) =>
    variant({
      name: `l${layers}-h${hidden}`,
      model: shape({ layers, hidden }),
      ...(paper !== undefined && { paper }),
    }),
  ),
  // As BERT: nothing is shared, and the embeddings are as wide as the layers.
  ...[128, 256].map((hidden) =>
    variant({
      name: `bert-l2-h${hidden}`,
      model: shape({ layers: 2, hidden, embedding: hidden, sharing: "none" }),
    }),
  ),
];

export default definePipeline({
  name: "paper-size",
  seed: 42,
  outputs: { comparison: tables("size", variants) },
});
