import { z } from "zod";
import {
  anyFieldPath,
  column,
  fieldPath,
  hasOnePlace,
  location,
  ONE_PLACE,
  paragraphs,
  records,
  textual,
} from "./source-options.ts";

export type { Encoding } from "./source-options.ts";

const textSchema = z
  .object({
    kind: z.literal("text"),
    ...location,
    ...textual,
    /** Whether a document is a whole `file` or ends at a `blank-line`. */
    document: z.enum(["file", "blank-line"]).default("file"),
    paragraphs,
  })
  .refine(hasOnePlace, ONE_PLACE);

const bertFormatSchema = z
  .object({ kind: z.literal("bert-format"), ...location, ...textual })
  .refine(hasOnePlace, ONE_PLACE);

const jsonlSchema = z
  .object({
    kind: z.literal("jsonl"),
    ...location,
    ...textual,
    ...records,
    /** Where a line's text is: names of fields joined by dots. */
    textField: fieldPath,
    /** Where a line's key is, unique in its file; without it keys are made from the text. */
    keyField: fieldPath.optional(),
    titleField: fieldPath.optional(),
    /** Where a line's BCP 47 language tag is; without it the text is asked. */
    languageField: fieldPath.optional(),
    paragraphs,
  })
  .refine(hasOnePlace, ONE_PLACE);

const csvSchema = z
  .object({
    kind: z.literal("csv"),
    ...location,
    ...textual,
    ...records,
    /** What stands between columns; by default a tab in files called .tsv or .tab, else a comma. */
    delimiter: z.string().length(1).optional(),
    /** Whether columns may stand in double quotes; by default they may, unless the delimiter is a tab (GLUE's may not). */
    quoting: z.boolean().optional(),
    /** Whether the first row names the columns; without it they go by their numbers. */
    header: z.boolean().default(true),
    /** Which columns are a document's text, by name or by number from 0: in their order, each paragraphs of its own. */
    textColumns: z.union([column, z.array(column).min(1)]),
    /** The column of a row's key, unique in its file; without it keys are made from the text. */
    keyColumn: column.optional(),
    titleColumn: column.optional(),
    languageColumn: column.optional(),
    paragraphs,
  })
  .refine(hasOnePlace, ONE_PLACE);

const parquetSchema = z
  .object({
    kind: z.literal("parquet"),
    ...location,
    ...records,
    /** Which columns are a document's text: names, through structs joined by dots; each paragraphs of its own. */
    textColumns: z.union([anyFieldPath, z.array(anyFieldPath).min(1)]),
    /** The column of a row's key, unique in its file; without it keys are made from the text. */
    keyColumn: anyFieldPath.optional(),
    titleColumn: anyFieldPath.optional(),
    languageColumn: anyFieldPath.optional(),
    paragraphs,
  })
  .refine(hasOnePlace, ONE_PLACE);

const htmlSchema = z
  .object({ kind: z.literal("html"), ...location, ...textual })
  .refine(hasOnePlace, ONE_PLACE);

const markdownSchema = z
  .object({ kind: z.literal("markdown"), ...location, ...textual })
  .refine(hasOnePlace, ONE_PLACE);

const wikipediaSchema = z
  .object({
    kind: z.literal("wikipedia"),
    ...location,
    ...records,
    /** Numbers of the namespaces to read: 0 has the articles. */
    namespaces: z.array(z.int().nonnegative()).min(1).default([0]),
    /** Whether pages that only point to another are documents too. */
    redirects: z.boolean().default(false),
    /** Whether pages that tell apart what has the same name are. */
    disambiguations: z.boolean().default(false),
    /** Whether headings stay, each a paragraph. */
    headings: z.boolean().default(false),
    /** Headings of sections that are left out with all below them; by default references and such, in English and Korean. */
    sections: z.array(z.string()).optional(),
  })
  .refine(hasOnePlace, ONE_PLACE);

/** Where documents come from, told apart by `kind`. */
export const sourceSchema = z.discriminatedUnion("kind", [
  textSchema,
  bertFormatSchema,
  jsonlSchema,
  csvSchema,
  parquetSchema,
  htmlSchema,
  markdownSchema,
  wikipediaSchema,
]);

export type Source = z.output<typeof sourceSchema>;
export type SourceKind = Source["kind"];
export type SourceOf<K extends SourceKind> = Extract<Source, { kind: K }>;

/** Each of the kind's options, and either files or addresses to download. */
type Options<S extends z.ZodType<object>> = Omit<z.input<S>, "kind" | "files" | "urls"> &
  (
    | { readonly files: string | string[]; readonly urls?: never }
    | { readonly urls: z.input<(typeof location)["urls"]>; readonly files?: never }
  );

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

/** Comma- or tab-separated values: a document a row. */
export function csv(options: Options<typeof csvSchema>) {
  return { kind: "csv", ...options } as const;
}

/** Parquet, however compressed inside: a document a row. */
export function parquet(options: Options<typeof parquetSchema>) {
  return { kind: "parquet", ...options } as const;
}

/** Web pages: a document a file. */
export function html(options: Options<typeof htmlSchema>) {
  return { kind: "html", ...options } as const;
}

/** Markdown: a document a file. */
export function markdown(options: Options<typeof markdownSchema>) {
  return { kind: "markdown", ...options } as const;
}

/** MediaWiki's XML dumps, such as Wikipedia's pages-articles: a document a page, its id the key. */
export function wikipedia(options: Options<typeof wikipediaSchema>) {
  return { kind: "wikipedia", ...options } as const;
}
