import { join } from "node:path";
import type { Artifact, FileStore, NodeDefinition, Ref } from "../engine/index.ts";
import type { TokenizerDefinition } from "../lib/tokenizer/definition.ts";
import { TOKENIZER_JSON } from "../lib/tokenizer/files.ts";
import { readTokenizerInput } from "./tokenizer-input.ts";

/** The tokenizer with which a node's ids were made: that of the nearest folder upstream that holds one. */
export async function tokenizerOf(
  store: FileStore,
  node: NodeDefinition,
  artifact: Artifact,
): Promise<TokenizerDefinition | undefined> {
  const sources: (readonly [Ref, Artifact])[] = [];
  for (const [input, ref] of Object.entries(node.inputs)) {
    const source = await sourceOf(store, ref, artifact.manifest.fields.inputs[input]);
    if (source !== undefined) sources.push([ref, source]);
  }
  for (const [{ output }, source] of sources)
    if (holdsTokenizer(source, output))
      return readTokenizerInput({ path: join(source.folder, output) });
  for (const [ref, source] of sources) {
    const found = await tokenizerOf(store, ref.node, source);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether an output of an artifact is a folder with a tokenizer in it. */
export function holdsTokenizer({ manifest }: Artifact, output: string): boolean {
  return manifest.partitions.some(({ outputs }) =>
    outputs[output]?.some(({ file }) => file === `${output}/${TOKENIZER_JSON}`),
  );
}

/** The artifact whose output of that digest was read, not merely the latest. */
async function sourceOf(
  store: FileStore,
  ref: Ref,
  digest: string | undefined,
): Promise<Artifact | undefined> {
  const all = await store.artifacts(ref.node.id);
  return all.find(({ manifest }) => manifest.outputs[ref.output]?.digest === digest);
}
