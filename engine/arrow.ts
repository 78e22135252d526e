import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/**
 * apache-arrow, loaded when a batch is first touched: importing it costs a tenth of a second, which a run with
 * nothing to do does not have. Synchronous, so that stages make batches without awaiting.
 */
export function arrow(): typeof import("apache-arrow") {
  return require("apache-arrow");
}
