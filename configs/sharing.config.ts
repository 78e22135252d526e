/**
 * The paper's tables 3 and 4: which parameters the layers share, and how wide the embeddings are. Whether sharing costs
 * little, attention least and the feed-forward part most, and whether narrow embeddings cost little.
 *
 *   npx pipeline run --config configs/sharing.config.ts
 */
import { definePipeline } from "../index.ts";
import { shape, tables, variant } from "./paper/variant.ts";

// For the paper's E of 64, 128 and 768 beside layers of 768: an eighth, a quarter and all of the width, here 128.
const rows = [
  ["all", 32, 80.1],
  ["none", 128, 82.3],
  ["none", 32, 81.6],
  ["attention", 32, 81.7],
  ["ffn", 32, 80.2],
  ["all", 128, 79.8],
  ["attention", 128, 81.6],
  ["ffn", 128, 79.5],
  ["all", 16, 79.0],
  ["none", 16, 81.3],
] as const;

const variants = rows.map(([sharing, embedding, paper]) =>
  variant({ name: `${sharing}-e${embedding}`, model: shape({ sharing, embedding }), paper }),
);

export default definePipeline({
  name: "paper-sharing",
  seed: 42,
  outputs: { comparison: tables("sharing", variants) },
});
