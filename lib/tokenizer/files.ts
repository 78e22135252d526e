import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { fromSpiece } from "../unigram/from-spiece.ts";
import { defaultNormaliser, type NormaliserOptions } from "../wordpiece/normaliser.ts";
import type { TokenizerDefinition, WordPieceDefinition } from "./definition.ts";
import { parseJson } from "./json.ts";
import { findRoles, ROLES, type Role, type RolePieces } from "./roles.ts";
import { TokenizerError } from "./tokenizer-error.ts";
import { readTokenizerJson, tokenizerJsonText } from "./tokenizer-json.ts";
import { parseVocabTxt, vocabTxt } from "./vocab-txt.ts";

export const TOKENIZER_JSON = "tokenizer.json";
export const TOKENIZER_CONFIG = "tokenizer_config.json";
export const VOCAB_TXT = "vocab.txt";
export const SPIECE_MODEL = "spiece.model";

/** A WordPiece vocabulary from the content of a `vocab.txt`, which says nothing of how text is normalised. */
export function fromVocabTxt(
  bytes: Uint8Array,
  normaliser: NormaliserOptions,
  named: Partial<RolePieces>,
  where: string,
): WordPieceDefinition {
  const pieces = parseVocabTxt(bytes, where);
  const roles = findRoles(pieces, named, where);
  return { kind: "wordpiece", pieces, roles, special: new Set(Object.values(roles)), normaliser };
}

const token = z.union([z.string(), z.looseObject({ content: z.string() })]).nullish();
const configSchema = z.looseObject({
  ...(Object.fromEntries(ROLES.map((role) => [`${role}_token`, token])) as Record<
    `${Role}_token`,
    typeof token
  >),
  do_lower_case: z.boolean().nullish(),
  strip_accents: z.boolean().nullish(),
  keep_accents: z.boolean().nullish(),
  tokenize_chinese_chars: z.boolean().nullish(),
  tokenizers_version: z.string().nullish(),
});

type Config = z.output<typeof configSchema>;

/**
 * Reads a folder as Hugging Face transformers keeps a tokenizer: `tokenizer.json`, else `vocab.txt` or `spiece.model`
 * with the options in `tokenizer_config.json`. A TokenizerError where none is there or one cannot be used.
 */
export async function readTokenizer(folder: string): Promise<TokenizerDefinition> {
  const config = await readConfig(join(folder, TOKENIZER_CONFIG));
  const named = namedPieces(config);
  const spiecePath = join(folder, SPIECE_MODEL);
  const spiece = await readIfThere(spiecePath);
  const jsonPath = join(folder, TOKENIZER_JSON);
  const json = await readIfThere(jsonPath);
  if (json !== undefined) {
    const definition = readTokenizerJson(json, named, jsonPath);
    if (definition.kind === "wordpiece") return definition;
    const version = config.tokenizers_version;
    return {
      ...definition,
      ...(spiece !== undefined && { spiece }),
      ...(version != null && { tokenizersVersion: version }),
    };
  }
  const lowercase = config.do_lower_case ?? true;
  const vocabPath = join(folder, VOCAB_TXT);
  const vocab = await readIfThere(vocabPath);
  if (vocab !== undefined) {
    const normaliser = {
      ...defaultNormaliser,
      lowercase,
      // BERT strips accents wherever it lower-cases and is not told otherwise.
      stripAccents: config.strip_accents ?? lowercase,
      handleChineseChars: config.tokenize_chinese_chars ?? true,
      normalForm: "none",
    } as const;
    return fromVocabTxt(vocab, normaliser, named, vocabPath);
  }
  if (spiece !== undefined) {
    const options = { lowercase, stripAccents: !(config.keep_accents ?? false) };
    return fromSpiece(spiece, options, named, spiecePath);
  }
  throw new TokenizerError("a folder holds no tokenizer", {
    where: folder,
    expected: [TOKENIZER_JSON, VOCAB_TXT, SPIECE_MODEL].join(" or "),
    got: "none of them",
  });
}

/**
 * Writes the folder that `readTokenizer` reads, and that `AutoTokenizer.from_pretrained` of transformers loads.
 * `maxLength` is the most pieces that a model takes. The same definition gives the same bytes.
 */
export async function writeTokenizer(
  folder: string,
  definition: TokenizerDefinition,
  maxLength?: number,
): Promise<void> {
  const { pieces, roles } = definition;
  const config = {
    // Takes tokenizer.json as it is; BertTokenizer would leave out what it has no option for.
    tokenizer_class: "PreTrainedTokenizerFast",
    model_input_names: ["input_ids", "token_type_ids", "attention_mask"],
    ...(maxLength !== undefined && { model_max_length: maxLength }),
    ...Object.fromEntries(ROLES.map((role) => [`${role}_token`, pieces[roles[role]]!])),
    ...(definition.kind === "wordpiece" ? bertOptions(definition) : unigramOptions(definition)),
  };
  await writeFile(join(folder, TOKENIZER_JSON), tokenizerJsonText(definition));
  await writeFile(join(folder, TOKENIZER_CONFIG), `${JSON.stringify(config, null, 2)}\n`);
  if (definition.kind === "wordpiece") await writeFile(join(folder, VOCAB_TXT), vocabTxt(pieces));
  else if (definition.spiece !== undefined)
    await writeFile(join(folder, SPIECE_MODEL), definition.spiece);
}

/** For those who load vocab.txt by `BertTokenizer`. */
function bertOptions({ normaliser }: WordPieceDefinition) {
  return {
    do_lower_case: normaliser.lowercase,
    strip_accents: normaliser.stripAccents,
    tokenize_chinese_chars: normaliser.handleChineseChars,
  };
}

function unigramOptions({ tokenizersVersion }: { readonly tokenizersVersion?: string }) {
  return tokenizersVersion === undefined ? {} : { tokenizers_version: tokenizersVersion };
}

async function readConfig(path: string): Promise<Config> {
  const bytes = await readIfThere(path);
  return bytes === undefined ? {} : parseJson(bytes, configSchema, path);
}

function namedPieces(config: Config): Partial<RolePieces> {
  return Object.fromEntries(
    ROLES.flatMap((role) => {
      const named = config[`${role}_token`];
      return named == null ? [] : [[role, typeof named === "string" ? named : named.content]];
    }),
  );
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
