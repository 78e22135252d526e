import { readTypeScript } from "../../lib/typescript.ts";
import { PipelineError } from "../error.ts";
import { toPlain } from "../plain-error.ts";
import type { NodeDefinition } from "../stage.ts";
import { runPartition } from "./run-partition.ts";
import type { PartitionTask } from "./task.ts";
import { workerParent } from "./worker-parent.ts";

const parent = workerParent();
let running = new AbortController();

parent.onMessage((message) => {
  if (message.type === "run") void run(message.task);
  // What goes wrong here goes wrong again when the task has come, and is told then.
  else if (message.type === "expect") void findStage(message.stage).catch(() => {});
  else if (message.type === "interrupt") running.abort();
  else parent.leave();
});

async function run(task: PartitionTask): Promise<void> {
  running = new AbortController();
  try {
    const stage = await findStage(task);
    const result = await runPartition(stage, task, {
      onEvent: (event) => parent.post({ type: "event", event }),
      signal: running.signal,
    });
    parent.post({ type: "done", result });
  } catch (error) {
    parent.post({ type: "failed", error: toPlain(error) });
  }
}

async function findStage({
  module,
  stage,
}: Pick<PartitionTask, "module" | "stage">): Promise<NodeDefinition["stage"]> {
  const built = parent.data.modules[module];
  if (built === undefined && module.endsWith(".ts")) await readTypeScript(module);
  const exports = (await import(built ?? module)) as Record<string, unknown>;
  for (const value of Object.values(exports)) {
    const spec = (value as { spec?: NodeDefinition["stage"] } | undefined)?.spec;
    if (typeof value === "function" && spec?.name === stage) return spec;
  }
  throw new PipelineError(`${stage} is not exported by its module`, {
    where: module,
    expected: `an export made by defineStage with the name ${stage}`,
    got: Object.keys(exports).join(", "),
    hint: "worker threads import the stage from there: export it",
  });
}
