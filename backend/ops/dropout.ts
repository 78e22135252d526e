import * as tf from "@tensorflow/tfjs-core";
import { sizeOf } from "../border.ts";

/** Hashes live in [0, 2^25): the products below stay under 2^53, so that plain JavaScript wraps them exactly too. */
const RANGE = 2 ** 25;
const HALF = 2 ** 13;
const ROUNDS = 3;

const int32 = (value: number) => tf.scalar(value, "int32");

/**
 * Hashes integers to [0, RANGE). A round is `h (2h + 1)`, which permutes the integers modulo a power of two (RC6's
 * quadratic function; Rivest et al., 1998), then the high bits are added to the low ones.
 */
function mix(value: tf.Tensor): tf.Tensor {
  let hash = tf.mod(value, int32(RANGE));
  for (let round = 0; round < ROUNDS; round++) {
    const product = tf.mul(hash, tf.add(tf.mul(hash, int32(2)), int32(1)));
    hash = tf.mod(product, int32(RANGE));
    if (round + 1 < ROUNDS) hash = tf.add(hash, tf.floorDiv(hash, int32(HALF)));
  }
  return hash;
}

/** A tensor's rows where they are a choice of another one's: which they are, int32 [rows], and of how many. */
export interface Chosen {
  readonly rows: tf.Tensor;
  readonly of: number;
}

/**
 * Uniform integers in [0, RANGE) of a shape: a pure function of the seed, the salt and the position, which counts from
 * the first row of the `part`th tensor of this shape.
 */
function hashes(
  shape: readonly number[],
  seed: tf.Tensor,
  salt: number,
  part: tf.Tensor | undefined,
  chosen: Chosen | undefined,
): tf.Tensor {
  const width = shape.at(-1) ?? 1;
  const rows = sizeOf(shape.slice(0, -1));
  const [ids, all] = chosen ? [chosen.rows, chosen.of] : [tf.range(0, rows, 1, "int32"), rows];
  const key = mix(tf.add(mix(tf.add(seed, int32(1))), int32(salt + 1)));
  // Rows and columns are mixed each for itself, so that no row, seed or salt is another one shifted.
  const start = part === undefined ? key : tf.add(key, tf.mul(part, int32(all)));
  const row = mix(tf.add(ids, start));
  const column = tf.range(0, width, 1, "int32");
  return tf.reshape(mix(tf.add(tf.reshape(row, [rows, 1]), mix(tf.add(column, int32(salt))))), [
    ...shape,
  ]);
}

/**
 * Zeroes a share `rate` of the elements and scales the others by 1 / (1 - rate). Which ones is a pure function of
 * `seed` (an int32 scalar, one a step), `salt` (an integer, one a place in the model) and the element's position,
 * by int32 arithmetic that every backend does exactly: reproducible and resumable. Where `x` is one of several equal
 * parts of a larger batch, `part` (an int32 scalar) says which, and each gets the zeros that the whole would have;
 * so do rows that were `chosen` of a larger tensor.
 */
export function dropout(
  x: tf.Tensor,
  rate: number,
  seed: tf.Tensor,
  salt: number,
  part?: tf.Tensor,
  chosen?: Chosen,
): tf.Tensor {
  if (rate === 0) return x;
  const threshold = int32(Math.round(rate * RANGE));
  const kept = tf.cast(
    tf.greaterEqual(hashes(x.shape, seed, salt, part, chosen), threshold),
    "float32",
  );
  return tf.mul(x, tf.mul(kept, 1 / (1 - rate)));
}
