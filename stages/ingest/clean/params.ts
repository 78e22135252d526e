import { z } from "zod";

const patterns = z.array(z.string().trim().min(1)).default([]);

/**
 * How text is cleaned. On by default is what changes no word that a reader sees: the normal form, invisible
 * characters, and Project Gutenberg's own frame around a book. Everything that judges text is off by default.
 */
export const cleanParams = z
  .strictObject({
    /** The Unicode normal form; `nfkc` also folds full-width letters, ligatures, superscripts and such. */
    normalise: z.enum(["nfc", "nfkc", "none"]).default("nfc"),
    /** Keep marks and overrides of writing direction, such as U+200F and U+202E. */
    bidiControls: z.boolean().default(false),
    /**
     * Characters without width. `needed` keeps those that scripts need (ZWJ, ZWNJ; the zero width space between words
     * of Khmer, Thai and Burmese) and drops soft hyphens and the like; `drop` drops these too.
     */
    zeroWidth: z.enum(["needed", "drop", "keep"]).default("needed"),
    /** Paragraphs that are not a document's own text. */
    boilerplate: z
      .strictObject({
        /** What stands before the START and after the END marker of a Project Gutenberg book. */
        gutenberg: z.boolean().default(true),
        /** Short paragraphs of web pages about cookies, rights and licences; notices.ts has the list. */
        notices: z.boolean().default(false),
        /** Paragraphs that begin with one of these. */
        startsWith: patterns,
        /** Paragraphs that contain one of these. */
        contains: patterns,
      })
      .prefault({}),
    /**
     * Paragraphs that stand more than so many times in one document, such as page headers: the first of them is kept,
     * or none is. A line is a paragraph where the source says so, and a sentence in BERT's format.
     */
    repeated: z
      .strictObject({
        moreThan: z.int().min(1),
        keep: z.enum(["first", "none"]).default("first"),
      })
      .optional(),
    /** Documents of fewer characters (code points, after everything above) are dropped. */
    minCharacters: z.int().min(0).default(0),
    /** Documents of more characters are dropped. */
    maxCharacters: z.int().min(1).optional(),
    /** Documents in which letters and their marks are a smaller share of what is no white space are dropped. */
    minLetterShare: z.number().min(0).max(1).default(0),
  })
  .refine(
    ({ minCharacters, maxCharacters = Number.POSITIVE_INFINITY }) => minCharacters <= maxCharacters,
    { path: ["maxCharacters"], message: "at least minCharacters" },
  )
  .prefault({});

export type CleanParams = z.output<typeof cleanParams>;
