import { stat } from "node:fs/promises";
import type { Part } from "./artifact.ts";
import { digestFile } from "./digest.ts";
import { type CorruptPart, EXIT, PipelineError } from "./error.ts";

/** What is wrong with a part on disk. */
export interface PartProblem {
  readonly file: string;
  readonly problem: "missing" | "corrupt";
  readonly expected: string;
  readonly got: string;
}

/**
 * Compares a part with its file. Where not deep, a file of unchanged size and modification time is believed
 * without reading it. Undefined where all is well.
 */
export async function checkPart(
  part: Part,
  path: string,
  { deep = false }: { readonly deep?: boolean } = {},
): Promise<PartProblem | undefined> {
  const found = await stat(path).catch(() => undefined);
  const { file } = part;
  if (!found?.isFile()) return { file, problem: "missing", expected: "a file", got: "nothing" };
  const corrupt = (expected: string, got: string) =>
    ({ file, problem: "corrupt", expected, got }) as const;
  if (found.size !== part.bytes) return corrupt(`${part.bytes} bytes`, `${found.size} bytes`);
  if (!deep && found.mtimeMs === part.mtimeMs) return undefined;
  const digest = await digestFile(path);
  if (digest !== part.digest) return corrupt(`sha256 ${part.digest}`, `sha256 ${digest}`);
  return undefined;
}

/** The error of using a damaged part; `details.corrupt` tells the runner what to rebuild. */
export function corruptionError(
  { node, fingerprint }: Pick<CorruptPart, "node" | "fingerprint">,
  path: string,
  problem: PartProblem,
): PipelineError {
  return new PipelineError(`the artifact of ${node} is damaged`, {
    where: path,
    expected: problem.expected,
    got: problem.got,
    hint: `run the pipeline again: what is damaged of ${node} is built anew`,
    exitCode: EXIT.corrupt,
    corrupt: { node, fingerprint, file: problem.file },
  });
}
