import * as tf from "@tensorflow/tfjs-core";

/** Runs `body`, which must be synchronous, with one of tfjs's backends in force, and restores the one before. */
export function withTfjsBackend<T>(name: string, body: () => T): T {
  const before = tf.getBackend();
  void tf.setBackend(name);
  try {
    return body();
  } finally {
    if (before && before !== name) void tf.setBackend(before);
  }
}
