import { matMul, slice } from "@tensorflow/tfjs-core";
import type { Backend } from "./backend.ts";

/** Sides of square matrices: the small ones say whether products of the large ones end soon. */
const [SMALL, LARGE] = [256, 1024];
const RUNS = 5;
/** What one product may take: of large ones a processor that plays a GPU needs half a minute. */
const SOON_SECONDS = 1;

/** The fastest of some products of square matrices, as floating-point operations a second: what a backend can reach. */
export async function matmulPeak(backend: Backend, runs = RUNS): Promise<number> {
  // The first run may compile.
  const peak = await fastest(backend, SMALL, 2);
  return operations(LARGE) / peak < SOON_SECONDS ? fastest(backend, LARGE, runs) : peak;
}

const operations = (size: number) => 2 * size ** 3;

async function fastest(backend: Backend, size: number, runs: number): Promise<number> {
  const spec = { shape: [size, size], dtype: "float32" } as const;
  const matrix = new Float32Array(size * size).fill(1);
  const state = await backend.createState(
    { a: spec, b: spec, product: spec },
    { a: matrix, b: matrix, product: matrix },
  );
  const program = await backend.compile(
    {
      name: "matmul-peak",
      state: { a: spec, b: spec, product: spec },
      inputs: {},
      run({ a, b }) {
        const product = matMul(a!, b!);
        // A GPU computes later what nobody reads.
        return { state: { product }, outputs: { corner: slice(product, [0, 0], [1, 1]) } };
      },
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
  return operations(size) / best;
}
