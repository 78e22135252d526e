import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TensorMap, TensorSpecs } from "../backend/backend.ts";
import type { TokenizerDefinition } from "../lib/tokenizer/definition.ts";
import { readTokenizer, writeTokenizer } from "../lib/tokenizer/files.ts";
import { CheckpointError } from "./checkpoint-error.ts";
import type { AlbertConfig } from "./config.ts";
import {
  fromHuggingFaceConfig,
  fromHuggingFaceTensors,
  toHuggingFaceConfig,
  toHuggingFaceTensors,
} from "./hugging-face.ts";
import { pretrainingParameters } from "./parameters.ts";
import { readSafetensors, writeSafetensors } from "./safetensors.ts";

/** A pretrained model with what is needed to use it. */
export interface Checkpoint {
  readonly config: AlbertConfig;
  /** Values of `pretrainingParameters(config)`. */
  readonly parameters: TensorMap;
  readonly tokenizer: TokenizerDefinition;
}

/** Stored by older versions or twice: never parameters of their own. */
const IGNORED: ReadonlySet<string> = new Set([
  "albert.embeddings.position_ids",
  "albert.embeddings.token_type_ids",
  "predictions.decoder.weight",
  "predictions.decoder.bias",
]);

/**
 * Writes a folder that `AlbertForPreTraining.from_pretrained` and `AutoTokenizer.from_pretrained` of Hugging Face
 * transformers load. The same checkpoint gives the same bytes.
 */
export async function writeCheckpoint(folder: string, checkpoint: Checkpoint): Promise<void> {
  const { config, parameters, tokenizer } = checkpoint;
  const specs = pretrainingParameters(config);
  await writeSafetensors(
    join(folder, "model.safetensors"),
    toHuggingFaceTensors(config, specs, parameters),
  );
  const content = toHuggingFaceConfig(config, tokenizer.roles);
  await writeFile(join(folder, "config.json"), `${JSON.stringify(content, null, 2)}\n`);
  await writeTokenizer(folder, tokenizer, config.maxPositionEmbeddings);
}

/**
 * Reads such a folder, ours or another's with the same names. Parameters that `specs` (by default all that
 * pretraining has) does not name are left unread into the result; a missing or misshapen one is a `CheckpointError`,
 * a tokenizer that cannot be used a `TokenizerError`.
 */
export async function readCheckpoint(
  folder: string,
  specs: (config: AlbertConfig) => TensorSpecs = pretrainingParameters,
): Promise<Checkpoint> {
  const configPath = join(folder, "config.json");
  const config = fromHuggingFaceConfig(await readJson(configPath), configPath);
  const tokenizer = await readTokenizer(folder);
  if (tokenizer.pieces.length !== config.vocabSize)
    throw new CheckpointError("a vocabulary does not fit its model", {
      where: folder,
      expected: `${config.vocabSize} pieces`,
      got: `${tokenizer.pieces.length}`,
    });
  const path = join(folder, "model.safetensors");
  const tensors = await readSafetensors(path, IGNORED);
  return {
    config,
    parameters: fromHuggingFaceTensors(config, specs(config), tensors, path),
    tokenizer,
  };
}

async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, "utf8");
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CheckpointError("a checkpoint's file is not JSON", {
      where: path,
      expected: "JSON",
      got: error instanceof Error ? error.message : String(error),
    });
  }
}
