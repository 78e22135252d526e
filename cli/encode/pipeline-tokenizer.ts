import { join } from "node:path";
import type { Artifact, FileStore, NodeDefinition } from "../../engine/index.ts";
import type { TokenizerDefinition } from "../../lib/tokenizer/definition.ts";
import { readTokenizerInput } from "../../stages/tokenizer-input.ts";
import { holdsTokenizer } from "../../stages/tokenizer-of.ts";
import { usage } from "../arguments.ts";
import type { Io } from "../io.ts";
import { loadConfig } from "../load-config.ts";
import { neverRun } from "../output-of.ts";
import { openToRead } from "../status.ts";

/**
 * The tokenizer that the pipeline's vocabulary last wrote, or the node of that name, such as a training. A
 * PipelineError (exit 2) where there is none or more than one, (exit 1) where it has not been run.
 */
export async function pipelineTokenizer(
  io: Io,
  values: Parameters<typeof loadConfig>[1],
  id: string | undefined,
): Promise<TokenizerDefinition> {
  const { pipeline, store: folder } = await loadConfig(io.cwd, values);
  const node = id === undefined ? onlyTokenizer(pipeline.nodes) : pipeline.node(id);
  const store: FileStore = await openToRead(io, folder);
  const artifact = await store.latest(node.id);
  if (artifact === undefined) throw neverRun(node);
  const output = folderOf(node, artifact);
  if (output === undefined)
    throw usage(`${node.id} has no tokenizer`, {
      where: node.id,
      hint: "name a vocabulary's node or a training",
    });
  return readTokenizerInput({ path: join(artifact.folder, output) });
}

/** The one node that makes a tokenizer; a checkpoint only carries one. */
function onlyTokenizer(nodes: readonly NodeDefinition[]): NodeDefinition {
  const makers = nodes.filter(({ stage }) => stage.outputs["tokenizer"]?.kind === "folder");
  if (makers.length === 1) return makers[0]!;
  const names = makers.map(({ id }) => id).join(" or ");
  throw usage(
    makers.length === 0
      ? "the pipeline makes no tokenizer"
      : "the pipeline makes several tokenizers",
    { hint: makers.length === 0 ? "give a file: --vocab FILE" : `say which: --node ${names}` },
  );
}

function folderOf(node: NodeDefinition, artifact: Artifact): string | undefined {
  return Object.keys(node.stage.outputs).find((output) => holdsTokenizer(artifact, output));
}
