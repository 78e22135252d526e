import { sizeOf } from "../backend/border.ts";
import { RandomStream } from "../lib/random.ts";
import { truncatedNormal } from "../lib/truncated-normal.ts";
import type { AlbertConfig } from "./config.ts";
import { isNormOrBias, type Parameters, POSITIONS } from "./parameters.ts";

/** How fresh parameters are drawn. */
export type Initialisation = Pick<AlbertConfig, "initializerRange" | "positionInitializer">;

/**
 * Fresh values: kernels and embeddings from a normal distribution cut at two standard deviations
 * (`initializerRange`), biases 0, layer norms 1 and 0; position embeddings from sinusoids where that is asked for.
 * A parameter's values depend on the seed and its name only.
 */
export function initialParameters(
  parameters: Parameters,
  { initializerRange, positionInitializer }: Initialisation,
  seed: number,
): Record<string, Float32Array> {
  const values: Record<string, Float32Array> = {};
  for (const [name, { shape }] of Object.entries(parameters)) {
    const data = new Float32Array(sizeOf(shape));
    if (name === POSITIONS && positionInitializer === "sinusoidal")
      sinusoids(data, shape[1]!, initializerRange);
    else if (!isNormOrBias(name))
      truncatedNormal(data, initializerRange, new RandomStream(seed, "initial-parameters", name));
    else if (name.endsWith(".weight")) data.fill(1);
    values[name] = data;
  }
  return values;
}

/** Rows of sines and cosines of falling frequency, of the deviation wanted. Source: Vaswani et al., 2017, section 3.5. */
function sinusoids(data: Float32Array, width: number, deviation: number): void {
  const amplitude = deviation * Math.SQRT2;
  for (let index = 0; index < data.length; index++) {
    const column = index % width;
    const frequency = 10000 ** (-(column - (column % 2)) / width);
    const angle = Math.floor(index / width) * frequency;
    data[index] = amplitude * (column % 2 === 0 ? Math.sin(angle) : Math.cos(angle));
  }
}
