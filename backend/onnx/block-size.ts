import { Tensor } from "onnxruntime-node";
import { createSession } from "./create-session.ts";
import { node } from "./graph.ts";
import { lower, NAMES } from "./lower.ts";

/** No processor's blocks are larger. */
const LARGEST = 64;

/**
 * How many channels onnxruntime's convolutions on this processor take together (16 with AVX-512, 8 with AVX), or 1
 * where it has none of the kind that `block` makes use of.
 */
export async function blockSize(): Promise<number> {
  measured ??= measure().catch(() => 1);
  return measured;
}
let measured: Promise<number> | undefined;

/** Of a matrix of two columns, the second's first element comes after one whole block of rows. */
async function measure(): Promise<number> {
  const shape = [LARGEST, 2];
  const matrix = node("Input", [], { name: "x", resident: false }, shape, "float32");
  const blocks = node("Block", [matrix], { flipped: true }, [1, LARGEST, 1, 2], "float32");
  const graph = { name: "block-size", state: new Map(), outputs: new Map([["y", blocks]]) };
  const session = await createSession(lower(graph), {
    executionProviders: ["cpu"],
    intraOpNumThreads: 1,
  });
  const values = Float32Array.from({ length: 2 * LARGEST }, (_, index) => index);
  const fed = { [NAMES.input("x")]: new Tensor("float32", values, shape) };
  const result = (await session.run(fed))[NAMES.output("y")]!.data as Float32Array;
  await session.release();
  return result.indexOf(1);
}
