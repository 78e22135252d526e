import { PipelineError } from "../engine/index.ts";
import { formatSeconds } from "../lib/format.ts";
import { sanitize } from "../lib/sanitize.ts";
import { type Io, print } from "./io.ts";

/** `pipeline doctor --build-tensorflow [PATH]`: says each step as it begins. A PipelineError where one fails. */
export async function buildTensorflow(path: string | undefined, io: Io): Promise<void> {
  const { findLibrary } = await import("../backend/tensorflow/library.ts");
  const { buildBindings } = await import("../backend/tensorflow/build.ts");
  const started = performance.now();
  print(io, "builds the tensorflow backend");
  try {
    const library = await findLibrary(path);
    const said = await buildBindings(library, (step) => print(io, `  ${sanitize(step)}`));
    const took = formatSeconds((performance.now() - started) / 1000);
    print(io, `  built in ${took}: ${sanitize(said)}`);
    print(io);
  } catch (error) {
    throw new PipelineError(
      `the tensorflow backend could not be built: ${error instanceof Error ? error.message : error}`,
      {
        where: "doctor --build-tensorflow",
        ...(path !== undefined && { got: path }),
        hint: "it takes npm with its registry, a C++ compiler, make, Python 3 and a TensorFlow 2 of pip's or Google's; README.md, Where it runs",
        cause: error,
      },
    );
  }
}
