import { z } from "zod";
import { defaultNormaliser, type NormaliserOptions } from "../wordpiece/normaliser.ts";
import { CONTINUATION } from "../wordpiece/tokenizer.ts";
import { checkPieces, type WordPieceDefinition } from "./definition.ts";
import { parseBy, type TokenizerJson } from "./json.ts";
import { findRoles, type RolePieces } from "./roles.ts";
import { TokenizerError } from "./tokenizer-error.ts";

const model = z.looseObject({
  unk_token: z.string(),
  continuing_subword_prefix: z.string().default(CONTINUATION),
  max_input_chars_per_word: z.int().min(1).default(defaultNormaliser.maxInputCharsPerWord),
  // Not a record: that would lose a piece called __proto__.
  vocab: z.custom<object>((value) => typeof value === "object" && value !== null),
});

const bertNormalizer = z.looseObject({
  type: z.literal("BertNormalizer"),
  clean_text: z.boolean(),
  handle_chinese_chars: z.boolean(),
  strip_accents: z.boolean().nullish(),
  lowercase: z.boolean(),
});

const typed = z.looseObject({ type: z.string() });
const sequence = z.looseObject({ type: z.literal("Sequence"), normalizers: z.array(typed) });

const NORMAL_FORMS: Readonly<Record<string, "nfc" | "nfd">> = { NFC: "nfc", NFD: "nfd" };

/**
 * Reads a WordPiece `tokenizer.json`. A TokenizerError where it does anything that is not done here exactly: another
 * normaliser than BERT's (with NFC or NFD after it), another pre-tokeniser, added tokens that are not special.
 */
export function readWordPiece(
  file: TokenizerJson,
  named: Partial<RolePieces>,
  where: string,
): WordPieceDefinition {
  const { unk_token, continuing_subword_prefix, max_input_chars_per_word, vocab } = parseBy(
    model,
    file.model,
    `${where}, model`,
  );
  if (continuing_subword_prefix !== CONTINUATION)
    throw unlike(`${where}, continuing_subword_prefix`, CONTINUATION, continuing_subword_prefix);
  const preTokenizer = typed.safeParse(file.pre_tokenizer).data?.type;
  if (preTokenizer !== "BertPreTokenizer")
    throw unlike(`${where}, pre_tokenizer`, "BertPreTokenizer", preTokenizer ?? "none");
  const added = file.added_tokens ?? [];
  const plain = added.find(({ special }) => !special);
  if (plain !== undefined)
    throw unlike(`${where}, added_tokens`, "special tokens only", JSON.stringify(plain.content));

  const pieces = inOrder(Object.entries(vocab), added, where);
  const roles = findRoles(pieces, { ...named, unk: unk_token }, where);
  return {
    kind: "wordpiece",
    pieces,
    roles,
    special: new Set([...added.map(({ id }) => id), ...Object.values(roles)]),
    normaliser: {
      ...readNormaliser(file.normalizer, `${where}, normalizer`),
      maxInputCharsPerWord: max_input_chars_per_word,
    },
  };
}

/** Pieces by their ids, which are to be 0, 1, 2 and so on. Special ones may stand outside of the model's own. */
function inOrder(
  vocab: readonly (readonly [string, unknown])[],
  added: readonly { readonly id: number; readonly content: string }[],
  where: string,
): readonly string[] {
  const byId = new Map<unknown, string>(vocab.map(([piece, id]) => [id, piece]));
  for (const { id, content } of added) {
    const own = byId.get(id);
    if (own !== undefined && own !== content)
      throw unlike(`${where}, added_tokens`, `${JSON.stringify(own)} at id ${id}`, content);
    byId.set(id, content);
  }
  const pieces = Array.from(byId.keys(), (_, id) => byId.get(id));
  const gap = pieces.indexOf(undefined);
  if (gap >= 0 || byId.size < vocab.length)
    throw new TokenizerError("a vocabulary's ids are not 0, 1, 2 and so on", {
      where: `${where}, model.vocab`,
      expected: "an id of its own for each piece, without gaps",
      got: gap >= 0 ? `no piece of id ${gap}` : "one id for two pieces",
    });
  checkPieces(pieces as readonly string[], where);
  return pieces as readonly string[];
}

function readNormaliser(
  normalizer: unknown,
  where: string,
): Omit<NormaliserOptions, "maxInputCharsPerWord"> {
  const steps = sequence.safeParse(normalizer).data?.normalizers ?? [normalizer];
  const bert = bertNormalizer.safeParse(steps[0]).data;
  const last = steps.length === 1 ? undefined : typed.safeParse(steps[1]).data?.type;
  const normalForm = last === undefined ? "none" : NORMAL_FORMS[last];
  if (bert === undefined || normalForm === undefined || steps.length > 2)
    throw unlike(
      where,
      "BertNormalizer, alone or with NFC or NFD after it",
      steps.map((step) => typed.safeParse(step).data?.type ?? "none").join(", "),
    );
  return {
    lowercase: bert.lowercase,
    stripAccents: bert.strip_accents ?? bert.lowercase,
    handleChineseChars: bert.handle_chinese_chars,
    cleanText: bert.clean_text,
    normalForm,
  };
}

function unlike(where: string, expected: string, got: string): TokenizerError {
  return new TokenizerError("a WordPiece tokenizer does what is not done here", {
    where,
    expected,
    got,
    hint: "make a vocabulary for it with wordpieceVocab, or give its vocab.txt",
  });
}

/** The parts of a `tokenizer.json` that are WordPiece's own. */
export function wordPieceParts({ pieces, roles, normaliser }: WordPieceDefinition) {
  const { lowercase, stripAccents, handleChineseChars, cleanText, normalForm } = normaliser;
  const bert = {
    type: "BertNormalizer",
    clean_text: cleanText,
    handle_chinese_chars: handleChineseChars,
    strip_accents: stripAccents,
    lowercase,
  };
  const last = Object.keys(NORMAL_FORMS).find((name) => NORMAL_FORMS[name] === normalForm);
  return {
    normalizer:
      last === undefined ? bert : { type: "Sequence", normalizers: [bert, { type: last }] },
    preTokenizer: { type: "BertPreTokenizer" },
    decoder: { type: "WordPiece", prefix: CONTINUATION, cleanup: false },
    model: {
      type: "WordPiece",
      unk_token: pieces[roles.unk]!,
      continuing_subword_prefix: CONTINUATION,
      max_input_chars_per_word: normaliser.maxInputCharsPerWord,
    },
  };
}
