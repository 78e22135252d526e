import { parse } from "yaml";
import { primarySubtag, tidy } from "./document.ts";

/** A document's text after its front matter, and what that says of it. */
export interface FrontMatter {
  readonly title?: string;
  /** Primary BCP 47 subtag, of `lang` or `language`. */
  readonly language?: string;
  readonly body: string;
}

/** Front matter is a few lines; more than this many UTF-16 code units is dropped unread. */
const LONGEST_READ = 1 << 16;

/** Begins with `---` and a field, a comment or nothing: a rule between paragraphs does not. */
const FENCED = /^---[ \t]*\r?\n(?=[\w"'-]+[ \t]*:|#|---|\.\.\.)/;
const END = /^(?:---|\.\.\.)[ \t]*(?:\r?\n|$)/m;

/** Splits YAML between `---` lines off a document; what is no YAML gives no title. */
export function splitFrontMatter(text: string): FrontMatter {
  const start = FENCED.exec(text)?.[0].length;
  if (start === undefined) return { body: text };
  const rest = text.slice(start);
  const end = END.exec(rest);
  if (end === null) return { body: text };
  const body = rest.slice(end.index + end[0].length);
  const fields = end.index > LONGEST_READ ? undefined : fieldsOf(rest.slice(0, end.index));
  const title = tidy(lineOf(fields?.get("title")) ?? "");
  const language = primarySubtag(lineOf(fields?.get("lang") ?? fields?.get("language")) ?? "");
  return { ...(title !== "" && { title }), ...(language !== undefined && { language }), body };
}

function fieldsOf(yaml: string): ReadonlyMap<unknown, unknown> | undefined {
  try {
    const value: unknown = parse(yaml, { mapAsMap: true, maxAliasCount: 0, logLevel: "silent" });
    return value instanceof Map ? value : undefined;
  } catch {
    return undefined;
  }
}

function lineOf(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}
