export { attention } from "./ops/attention.ts";
export { argMaxEquals, softmaxCrossEntropy } from "./ops/cross-entropy.ts";
export { type Chosen, dropout } from "./ops/dropout.ts";
export { gatherRows } from "./ops/gather-rows.ts";
export { gelu, geluErf } from "./ops/gelu.ts";
export { layerNorm } from "./ops/layer-norm.ts";
export { recomputed } from "./ops/recomputed.ts";
