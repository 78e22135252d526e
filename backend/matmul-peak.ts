import { matMul } from "@tensorflow/tfjs-core";
import type { Backend } from "./backend.ts";

const SIZE = 1024;
const RUNS = 5;

/** The fastest of some products of square matrices, as floating-point operations a second: what a backend can reach. */
export async function matmulPeak(backend: Backend, runs = RUNS): Promise<number> {
  const spec = { shape: [SIZE, SIZE], dtype: "float32" } as const;
  const matrix = new Float32Array(SIZE * SIZE).fill(1);
  const state = await backend.createState(
    { a: spec, b: spec, product: spec },
    { a: matrix, b: matrix, product: matrix },
  );
  const program = await backend.compile(
    {
      name: "matmul-peak",
      state: { a: spec, b: spec, product: spec },
      inputs: {},
      run: ({ a, b }) => ({ state: { product: matMul(a!, b!) }, outputs: {} }),
    },
    state,
  );
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run++) {
    const started = performance.now();
    await program.run({});
    best = Math.min(best, (performance.now() - started) / 1000);
  }
  await program.dispose();
  await state.dispose();
  return (2 * SIZE ** 3) / best;
}
