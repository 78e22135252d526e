import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** Its build in one file: that loads in a third of the time that its hundred modules take. */
export const ARROW_FILE = "apache-arrow/Arrow.es2015.min";

/**
 * apache-arrow, loaded when a batch is first touched: a run with nothing to do has no time for it. Synchronous, so
 * that stages make batches without awaiting.
 */
export function arrow(): typeof import("apache-arrow") {
  return require(ARROW_FILE);
}
