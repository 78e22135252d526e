import { open } from "node:fs/promises";
import { fromSpiece } from "../unigram/from-spiece.ts";
import { tokenizersVersion } from "../unigram/tokenizers-package.ts";
import { defaultNormaliser, type NormaliserOptions } from "../wordpiece/normaliser.ts";
import type { TokenizerDefinition } from "./definition.ts";
import { fromVocabTxt } from "./files.ts";
import type { RolePieces } from "./roles.ts";
import { TokenizerError } from "./tokenizer-error.ts";
import { readTokenizerJson } from "./tokenizer-json.ts";

/** What a vocabulary's file may be told that it does not say itself. */
export interface VocabFileOptions extends Partial<Omit<NormaliserOptions, "stripAccents">> {
  readonly stripAccents?: boolean | "as-lowercase";
  /** The pieces of roles that are not spelt as usual. */
  readonly specialTokens?: Partial<RolePieces>;
}

/** The kinds of vocabulary file, by what their names end in, and the options that each leaves open. */
const KINDS = {
  ".json": [],
  ".model": ["lowercase", "stripAccents"],
  ".txt": [
    "lowercase",
    "stripAccents",
    "handleChineseChars",
    "cleanText",
    "normalForm",
    "maxInputCharsPerWord",
  ],
} as const satisfies Readonly<Record<string, readonly (keyof VocabFileOptions)[]>>;

/** Larger than the file of any vocabulary; it is read whole. */
const LARGEST_FILE = 1 << 28;

/**
 * Reads an existing vocabulary: `vocab.txt`, `tokenizer.json` (WordPiece or Unigram) or SentencePiece's `spiece.model`
 * (unigram), told apart by what its name ends in. What is not said is as in the published models: lower case, accents
 * dropped with it, no normal form. A TokenizerError where it cannot be used, or is told what it says itself.
 */
export async function readVocabFile(
  path: string,
  options: VocabFileOptions,
): Promise<TokenizerDefinition> {
  const suffix = /\.[^./\\]*$/.exec(path)?.[0].toLowerCase() ?? "";
  const kind = Object.keys(KINDS).find((known) => known === suffix) as keyof typeof KINDS;
  if (kind === undefined)
    throw new TokenizerError("a vocabulary's file is of no known kind", {
      where: path,
      expected: "vocab.txt, tokenizer.json or spiece.model, told by .txt, .json or .model",
      got: suffix === "" ? "a name without a suffix" : suffix,
    });
  const { specialTokens = {}, ...given } = options;
  checkOptions(kind, given, path);
  const bytes = await readLimited(path);
  const { lowercase = true, stripAccents = "as-lowercase" } = given;
  const strips = stripAccents === "as-lowercase" ? lowercase : stripAccents;
  if (kind === ".txt") {
    const normaliser = {
      lowercase,
      stripAccents: strips,
      handleChineseChars: given.handleChineseChars ?? true,
      cleanText: given.cleanText ?? true,
      normalForm: given.normalForm ?? "none",
      maxInputCharsPerWord: given.maxInputCharsPerWord ?? defaultNormaliser.maxInputCharsPerWord,
    };
    return fromVocabTxt(bytes, normaliser, specialTokens, path);
  }
  const definition =
    kind === ".json"
      ? readTokenizerJson(bytes, specialTokens, path)
      : fromSpiece(bytes, { lowercase, stripAccents: strips }, specialTokens, path);
  const version = tokenizersVersion();
  return definition.kind === "unigram" && version !== undefined
    ? { ...definition, tokenizersVersion: version }
    : definition;
}

function checkOptions(
  kind: keyof typeof KINDS,
  given: Omit<VocabFileOptions, "specialTokens">,
  path: string,
): void {
  const open: readonly string[] = KINDS[kind];
  const idle = Object.entries(given).find(
    ([name, value]) => value !== undefined && !open.includes(name),
  );
  if (idle === undefined) return;
  throw new TokenizerError(`${idle[0]} has no meaning for a file of this kind`, {
    where: path,
    expected: open.length === 0 ? "no option: the file says all of it" : open.join(", "),
    got: `${idle[0]}: ${idle[1]}`,
  });
}

async function readLimited(path: string): Promise<Uint8Array> {
  try {
    await using file = await open(path);
    const { size } = await file.stat();
    if (size <= LARGEST_FILE) return await file.readFile();
    throw new TokenizerError("a vocabulary's file is too large", {
      where: path,
      expected: `at most ${LARGEST_FILE} bytes`,
      got: `${size}`,
    });
  } catch (error) {
    if (error instanceof TokenizerError) throw error;
    throw new TokenizerError("a vocabulary's file cannot be read", {
      where: path,
      expected: "vocab.txt, tokenizer.json or spiece.model",
      got: error instanceof Error ? error.message : String(error),
    });
  }
}
