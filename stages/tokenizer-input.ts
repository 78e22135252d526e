import { type InputFolder, PipelineError } from "../engine/index.ts";
import type { TokenizerDefinition } from "../lib/tokenizer/definition.ts";
import { type Encoder, openEncoder } from "../lib/tokenizer/encoder.ts";
import { readTokenizer } from "../lib/tokenizer/files.ts";
import { TokenizerError } from "../lib/tokenizer/tokenizer-error.ts";

/** The last one that was read in this thread: partitions of a node, which follow each other, read the same. */
let last: { readonly path: string; readonly definition: TokenizerDefinition } | undefined;

/** Reads the tokenizer in a folder that a vocabulary's node, or training, wrote; what is in it never changes. */
export async function readTokenizerInput({ path }: InputFolder): Promise<TokenizerDefinition> {
  if (last?.path !== path) last = { path, definition: await explained(() => readTokenizer(path)) };
  return last.definition;
}

/** Reads it and makes what encodes by it. */
export async function openTokenizerInput(
  folder: InputFolder,
): Promise<{ readonly definition: TokenizerDefinition; readonly encoder: Encoder }> {
  const definition = await readTokenizerInput(folder);
  return { definition, encoder: await explained(() => openEncoder(definition)) };
}

/** Runs what reads a tokenizer: what is wrong with it is then told as an expected failure. */
export async function explained<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof TokenizerError)) throw error;
    const { message, where, expected, got, hint } = error;
    throw new PipelineError(message, {
      where,
      ...(expected !== undefined && { expected }),
      ...(got !== undefined && { got }),
      ...(hint !== undefined && { hint }),
      cause: error,
    });
  }
}
