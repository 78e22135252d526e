import { normalOf, type RandomStream } from "./random.ts";

/** Words that are drawn at once. */
const WORDS = 4096;

/** The logarithm's series starts from the middle of one of so many parts of [1, 2). */
const LOG_BITS = 8;
/** The cosine's series starts from one of so many angles of the circle. */
const ANGLE_BITS = 8;

const range = (bits: number) => Float64Array.from({ length: 1 << bits }, (_, index) => index);
const middles = range(LOG_BITS).map((part) => 1 + (part + 0.5) / (1 << LOG_BITS));
const angles = range(ANGLE_BITS).map((index) => (2 * Math.PI * index) / (1 << ANGLE_BITS));

const TABLES = {
  logarithms: middles.map(Math.log),
  reciprocals: middles.map((middle) => 1 / middle),
  /** What brings a number of so many leading zeros into [1, 2). */
  scales: Float64Array.from({ length: 33 }, (_, zeros) => 2 ** (zeros - 31)),
  cosines: angles.map(Math.cos),
  sines: angles.map(Math.sin),
};

/**
 * Fills an array with a stream's normal numbers, those beyond two standard deviations left out, times `deviation`. The
 * values are those of `normal()` to the last bit, in half of its time. Further numbers of the stream are of no use
 * afterwards.
 */
export function truncatedNormal(
  data: Float32Array,
  deviation: number,
  stream: Pick<RandomStream, "fill">,
): void {
  const words = new Uint32Array(WORDS);
  for (let filled = 0; filled < data.length; ) {
    stream.fill(words);
    filled = append(data, filled, deviation, words);
  }
}

/**
 * Appends the numbers that words make to `filled` others; gives how many there are now. Logarithm and cosine are taken
 * from short series wherever what these leave open changes no bit of the result.
 */
function append(data: Float32Array, filled: number, deviation: number, words: Uint32Array): number {
  const { logarithms, reciprocals, scales, cosines, sines } = TABLES;
  const CUT = 2;
  // Many times the series' relative error, which is below 1e-12 but beyond these bounds: the logarithm's starts too far
  // away there, or a difference of like numbers leaves too few digits.
  const MARGIN = 1e-10;
  const LEAST_WORD = 2 ** 10;
  const MOST_WORD = 2 ** 32 - 2 ** 22;
  const LEAST_COSINE = 2 ** -10;
  const PART_SHIFT = 32 - LOG_BITS;
  const ANGLE_SHIFT = 32 - ANGLE_BITS;

  let index = filled;
  for (let at = 0; at < words.length && index < data.length; at += 2) {
    const word0 = words[at]!;
    const word1 = words[at + 1]!;

    // log((word0 + 1) / 2^32) = log(middle) + log(1 + x) - (zeros + 1) log(2)
    const zeros = Math.clz32(word0);
    const part = ((word0 << zeros) << 1) >>> PART_SHIFT;
    const x = (word0 + 1) * scales[zeros]! * reciprocals[part]! - 1;
    const series = x * (1 + x * (-1 / 2 + x * (1 / 3 + x * (-1 / 4 + x * (1 / 5)))));
    const log = logarithms[part]! - (zeros + 1) * Math.LN2 + series;

    // cos(angle + d) = cos(angle) cos(d) - sin(angle) sin(d)
    const angle = word1 >>> ANGLE_SHIFT;
    const d = (word1 & ((1 << ANGLE_SHIFT) - 1)) * ((2 * Math.PI) / 2 ** 32);
    const square = d * d;
    const cosine =
      cosines[angle]! * (1 + square * (-1 / 2 + square * (1 / 24 + square * (-1 / 720)))) -
      sines[angle]! * d * (1 + square * (-1 / 6 + square * (1 / 120 + square * (-1 / 5040))));

    const normal = Math.sqrt(-2 * log) * cosine;
    const size = Math.abs(normal);
    const value = normal * deviation;
    const least = Math.fround(value * (1 - MARGIN));
    if (
      word0 < LEAST_WORD ||
      word0 > MOST_WORD ||
      Math.abs(cosine) < LEAST_COSINE ||
      (size > CUT * (1 - MARGIN) && size < CUT * (1 + MARGIN)) ||
      least !== Math.fround(value * (1 + MARGIN))
    ) {
      const exact = normalOf(word0, word1);
      if (Math.abs(exact) <= CUT) data[index++] = exact * deviation;
    } else if (size < CUT) data[index++] = least;
  }
  return index;
}
