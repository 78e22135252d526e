import { z } from "zod";

/** Special tokens that later stages count on: padding, unknown words, the pair's frame, masks. */
const REQUIRED_TOKENS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

/** How text becomes words, as BERT does it; word counts and tokenisation must agree on it. */
export const normaliserParams = z
  .object({
    /** Lower-case every character by itself. */
    lowercase: z.boolean().default(true),
    /** Drop accents. Off, even with lowercase, as it takes Hangul syllables apart; BERT's uncased models have it on. */
    stripAccents: z.boolean().default(false),
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
