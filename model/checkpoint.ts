import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TensorMap, TensorSpecs } from "../backend/backend.ts";
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

/** How text becomes pieces, as far as Hugging Face's `BertTokenizer` can be told. */
export interface TokenizerOptions {
  readonly lowercase: boolean;
  readonly stripAccents: boolean;
  readonly handleChineseChars: boolean;
}

/** A pretrained model with what is needed to use it. */
export interface Checkpoint {
  readonly config: AlbertConfig;
  /** Values of `pretrainingParameters(config)`. */
  readonly parameters: TensorMap;
  /** Pieces in the order of their ids. */
  readonly vocab: readonly string[];
  readonly tokenizer: TokenizerOptions;
}

/** The pieces that BERT's tokenisers and these models give a meaning, padding first. */
export const SPECIAL_PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] as const;

/** Stored by older versions or twice: never parameters of their own. */
const IGNORED: ReadonlySet<string> = new Set([
  "albert.embeddings.position_ids",
  "albert.embeddings.token_type_ids",
  "predictions.decoder.weight",
  "predictions.decoder.bias",
]);

/**
 * Writes a folder that `AlbertForPreTraining.from_pretrained` and `BertTokenizer.from_pretrained` of Hugging Face
 * transformers load. The same checkpoint gives the same bytes.
 */
export async function writeCheckpoint(folder: string, checkpoint: Checkpoint): Promise<void> {
  const { config, parameters, vocab, tokenizer } = checkpoint;
  const [pad, unk, cls, sep, mask] = SPECIAL_PIECES;
  const ids = new Map(vocab.map((piece, id) => [piece, id]));
  const pieceId = (piece: string): number => {
    const id = ids.get(piece);
    if (id === undefined)
      throw new CheckpointError("a vocabulary lacks a special piece", {
        where: join(folder, "vocab.txt"),
        expected: SPECIAL_PIECES.join(" "),
        got: `no ${piece}`,
      });
    return id;
  };
  for (const piece of SPECIAL_PIECES) pieceId(piece);
  const specs = pretrainingParameters(config);
  await writeSafetensors(
    join(folder, "model.safetensors"),
    toHuggingFaceTensors(config, specs, parameters),
  );
  await writeFile(join(folder, "config.json"), json(toHuggingFaceConfig(config, pieceId)));
  await writeFile(join(folder, "vocab.txt"), `${vocab.join("\n")}\n`);
  await writeFile(
    join(folder, "tokenizer_config.json"),
    json({
      // transformers makes an AlbertTokenizer, which is a SentencePiece one, of an ALBERT unless it is told.
      tokenizer_class: "BertTokenizer",
      do_lower_case: tokenizer.lowercase,
      strip_accents: tokenizer.stripAccents,
      tokenize_chinese_chars: tokenizer.handleChineseChars,
      model_max_length: config.maxPositionEmbeddings,
      pad_token: pad,
      unk_token: unk,
      cls_token: cls,
      sep_token: sep,
      mask_token: mask,
    }),
  );
}

/**
 * Reads such a folder, ours or another's with the same names. Parameters that `specs` (by default all that
 * pretraining has) does not name are left unread into the result; a missing or misshapen one is a `CheckpointError`.
 */
export async function readCheckpoint(
  folder: string,
  specs: (config: AlbertConfig) => TensorSpecs = pretrainingParameters,
): Promise<Checkpoint> {
  const configPath = join(folder, "config.json");
  const config = fromHuggingFaceConfig(await readJson(configPath), configPath);
  const tokenizerPath = join(folder, "tokenizer_config.json");
  const tokenizer = (await readJson(tokenizerPath)) as Record<string, unknown> | null;
  const vocabPath = join(folder, "vocab.txt");
  const vocab = (await readFile(vocabPath, "utf8")).replace(/\n$/, "").split("\n");
  if (vocab.length !== config.vocabSize)
    throw new CheckpointError("a vocabulary does not fit its model", {
      where: vocabPath,
      expected: `${config.vocabSize} pieces`,
      got: `${vocab.length}`,
    });
  const path = join(folder, "model.safetensors");
  const tensors = await readSafetensors(path, IGNORED);
  const lowercase = tokenizer?.["do_lower_case"] !== false;
  return {
    config,
    parameters: fromHuggingFaceTensors(config, specs(config), tensors, path),
    vocab,
    tokenizer: {
      lowercase,
      // BERT strips accents wherever it lower-cases and is not told otherwise.
      stripAccents: (tokenizer?.["strip_accents"] as boolean | null | undefined) ?? lowercase,
      handleChineseChars: tokenizer?.["tokenize_chinese_chars"] !== false,
    },
  };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
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
