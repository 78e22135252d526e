import type { Backend, Precision } from "../backend/backend.ts";
import { type BackendName, backendVersion, selectBackend } from "../backend/select.ts";
import { PipelineError, type StageContext } from "../engine/index.ts";

interface BackendParams {
  readonly backend: BackendName | "auto";
  readonly precision?: Precision;
}

/** The backend that a node's parameters name. A PipelineError where it cannot be used. */
export function openBackend({
  node,
  params: { backend: name, precision = "float32" },
  threads,
}: Pick<StageContext<BackendParams>, "node" | "params" | "threads">): Promise<Backend> {
  return selectBackend(name, { threads, precision }).catch(unusable(name, `${node}.backend`));
}

/** What its backend adds to a stage's environment. A PipelineError where it cannot be used. */
export async function backendFact({
  backend: name,
  precision,
}: BackendParams): Promise<{ backend: string }> {
  return { backend: await backendVersion(name, precision).catch(unusable(name, "backend")) };
}

function unusable(name: string, where: string): (cause: unknown) => never {
  return (cause) => {
    throw new PipelineError(cause instanceof Error ? cause.message : String(cause), {
      where,
      got: name,
      hint: "run `pipeline doctor` to see which backends work here",
      cause,
    });
  };
}
