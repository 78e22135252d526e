import { matMul } from "@tensorflow/tfjs-core";
import type { Backend } from "../backend/backend.ts";

const SIZE = 1024;
const RUNS = 20;

/** The fastest of some products of square matrices, in floating-point operations a second. */
export async function matmulPeak(backend: Backend): Promise<number> {
  const spec = { shape: [SIZE, SIZE], dtype: "float32" } as const;
  const matrix = new Float32Array(SIZE * SIZE).fill(1);
  const state = await backend.createState({ a: spec, b: spec }, { a: matrix, b: matrix });
  const product = await backend.compile(
    {
      name: "matmul-peak",
      state: { a: spec, b: spec },
      inputs: {},
      run: ({ a, b }) => ({ state: { a: matMul(a!, b!, false, true) }, outputs: {} }),
    },
    state,
  );
  let seconds = Number.POSITIVE_INFINITY;
  for (let run = 0; run < RUNS; run++) {
    await state.write({ a: matrix });
    const start = performance.now();
    await product.run({});
    seconds = Math.min(seconds, (performance.now() - start) / 1000);
  }
  await product.dispose();
  await state.dispose();
  return (2 * SIZE ** 3) / seconds;
}
