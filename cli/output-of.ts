import {
  EXIT,
  type NodeDefinition,
  type Output,
  type Pipeline,
  PipelineError,
  suggest,
} from "../engine/index.ts";
import { usage } from "./arguments.ts";

/** An output of a node, as named on the command line. */
export interface NamedOutput {
  readonly node: NodeDefinition;
  readonly output: string;
  readonly type: Output;
}

/** Finds `NODE.OUTPUT`, or `NODE` where it has but one output. Throws a PipelineError (exit 2) that names those there are. */
export function outputOf(pipeline: Pipeline, words: string): NamedOutput {
  const [id = "", ...rest] = words.split(".");
  const node = pipeline.node(id);
  const outputs = Object.keys(node.stage.outputs);
  const output = rest.length === 0 && outputs.length === 1 ? outputs[0]! : rest.join(".");
  if (output === "")
    throw usage(`${id} has several outputs`, {
      where: id,
      expected: outputs.map((name) => `${id}.${name}`).join(" or "),
    });
  if (!Object.hasOwn(node.stage.outputs, output))
    throw usage(`${id} has no output ${output}`, { where: words, hint: suggest(output, outputs) });
  return { node, output, type: node.stage.outputs[output]! };
}

/** There is nothing to look at yet. */
export function neverRun(node: NodeDefinition): PipelineError {
  return new PipelineError(`${node.id} has not been run`, {
    where: node.id,
    hint: `pipeline run ${node.id}`,
    exitCode: EXIT.failed,
  });
}
