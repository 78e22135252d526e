import { z } from "zod";
import type { NormaliserOptions } from "../../lib/wordpiece/normaliser.ts";

/** Special tokens that later stages count on: padding, unknown words, the pair's frame, masks. */
const REQUIRED_TOKENS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

/** How text becomes words, as BERT does it: what follows the words takes it from them. */
export const normaliserParams = z
  .object({
    /** Lower-case every character by itself. */
    lowercase: z.boolean().default(true),
    /** Drop accents: off, as English loses little by it and other languages much; BERT has it `as-lowercase`. */
    stripAccents: z.union([z.boolean(), z.literal("as-lowercase")]).default(false),
    /** Make every ideograph a word. */
    handleChineseChars: z.boolean().default(true),
    /** Drop control characters, private use and U+FFFD. */
    cleanText: z.boolean().default(true),
    /** Last step: compose (Hangul whole, NFC and NFD alike), decompose (Hangul as Jamo), or neither, as bare BERT. */
    normalForm: z.enum(["nfc", "nfd", "none"]).default("nfc"),
    /** A word of more characters becomes one `[UNK]`, and is not trained on. */
    maxInputCharsPerWord: z.int().min(1).max(10_000).default(100),
  })
  .prefault({});

export type NormaliserParams = z.output<typeof normaliserParams>;

/** What the parameters come to. */
export function normaliserOf({ stripAccents, ...rest }: NormaliserParams): NormaliserOptions {
  return {
    ...rest,
    stripAccents: stripAccents === "as-lowercase" ? rest.lowercase : stripAccents,
  };
}

const piece = z.string().min(1);

export const vocabFileParams = z.object({
  /** A `vocab.txt`, `tokenizer.json` or `spiece.model`, relative to the config's folder. */
  file: z.string().min(1),
  /** Of a `vocab.txt` and a `spiece.model`, which do not say it: by default true. */
  lowercase: z.boolean().optional(),
  /** Likewise; by default `as-lowercase`. Takes Hangul syllables of a `spiece.model` apart. */
  stripAccents: z.union([z.boolean(), z.literal("as-lowercase")]).optional(),
  /** The next four of a `vocab.txt` alone: by default true, true, `none` and 100, as bare BERT. */
  handleChineseChars: z.boolean().optional(),
  cleanText: z.boolean().optional(),
  normalForm: z.enum(["nfc", "nfd", "none"]).optional(),
  maxInputCharsPerWord: z.int().min(1).max(10_000).optional(),
  /** The pieces of roles that are not spelt as BERT, ALBERT or RoBERTa spell them. */
  specialTokens: z
    .strictObject({ pad: piece, unk: piece, cls: piece, sep: piece, mask: piece })
    .partial()
    .optional(),
});

export type VocabFileParams = z.output<typeof vocabFileParams>;

export const vocabParams = z.object({
  /** Pieces, special tokens and alphabet included. */
  size: z
    .int()
    .min(REQUIRED_TOKENS.length + 1)
    .max(1_000_000),
  /** Pairs that occur less often are not merged. */
  minFrequency: z.int().min(1).default(2),
  /** Different characters to keep, the most frequent ones; words with others are `[UNK]`. */
  alphabetLimit: z.int().min(1).default(1000),
  /** What the vocabulary begins with. Their brackets and angles keep them apart from pieces of text. */
  specialTokens: z
    .array(
      z.string().regex(/^\[[^\s]+\]$|^<[^\s]+>$/, "a special token looks like [NAME] or <name>"),
    )
    .refine((tokens) => new Set(tokens).size === tokens.length, "a special token stands twice")
    .refine(
      (tokens) => REQUIRED_TOKENS.every((token) => tokens.includes(token)),
      `special tokens must include ${REQUIRED_TOKENS.join(" ")}`,
    )
    .default(REQUIRED_TOKENS),
});

export type VocabParams = z.output<typeof vocabParams>;
