import { matMul, slice } from "@tensorflow/tfjs-core";
import type { Backend } from "./backend.ts";

/** Sides of square matrices: the small ones say whether products of the large ones end soon. */
const [SMALL, LARGE] = [256, 1024];
/** Products in a row, beside which it costs little to read the matrix and to bring it into a kernel's layout. */
const CHAIN = 4;
const RUNS = 5;
/** What one chain may take: of large ones a processor that plays a GPU needs half a minute. */
const SOON_SECONDS = 1;

/**
 * The fastest of some chains of products of square matrices, as floating-point operations a second: what a backend can
 * reach where it does nothing else.
 */
export async function matmulPeak(backend: Backend, runs = RUNS): Promise<number> {
  // The first run may compile.
  const peak = await fastest(backend, SMALL, 2);
  return operations(LARGE) / peak < SOON_SECONDS ? fastest(backend, LARGE, runs) : peak;
}

/** Of a chain of products. */
const operations = (size: number) => CHAIN * 2 * size ** 3;

async function fastest(backend: Backend, size: number, runs: number): Promise<number> {
  const spec = { shape: [size, size], dtype: "float32" } as const;
  // So that every product is the same again.
  const matrix = new Float32Array(size * size).fill(1 / size);
  const state = await backend.createState({ matrix: spec }, { matrix });
  const program = await backend.compile(
    {
      name: "matmul-peak",
      state: { matrix: spec },
      inputs: {},
      run({ matrix }) {
        let product = matrix!;
        for (let link = 0; link < CHAIN; link++) product = matMul(product, matrix!);
        // A GPU computes later what nobody reads, and what is read whole is copied.
        return { outputs: { corner: slice(product, [0, 0], [1, 1]) } };
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
