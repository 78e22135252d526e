import { createContext, Script } from "node:vm";
import { type WikitextOptions, wikitextToBlocks } from "./wikitext.ts";

/** What of a dump's pages is text; goes to threads as it is. */
export interface ConvertOptions {
  readonly sections: readonly string[];
  readonly headings: boolean;
  readonly prefixes: readonly string[];
  readonly disambiguations: boolean;
  readonly secondsPerPage: number;
}

/** A page's blocks, or why it has none: it is one to skip, or it could not be converted. */
export type Converted =
  | { readonly blocks: readonly string[] }
  | { readonly skipped: true }
  | { readonly failed: string };

/** Converts pages one after the other; a page on which the library fails, or takes too long, fails alone. */
export function convertPages(texts: readonly string[], options: ConvertOptions): Converted[] {
  const wikitext: WikitextOptions = {
    sections: new Set(options.sections),
    prefixes: new Set(options.prefixes),
    headings: options.headings,
  };
  return texts.map((text) => {
    try {
      const page = within(options.secondsPerPage, () => wikitextToBlocks(text, wikitext));
      return page.disambiguation && !options.disambiguations
        ? { skipped: true }
        : { blocks: page.blocks };
    } catch (error) {
      return { failed: reasonOf(error, options.secondsPerPage) };
    }
  });
}

function reasonOf(error: unknown, seconds: number): string {
  if ((error as NodeJS.ErrnoException).code === "ERR_SCRIPT_EXECUTION_TIMEOUT")
    return `its wikitext took longer than ${seconds} s to convert`;
  const message = error instanceof Error ? error.message : String(error);
  return `its wikitext cannot be converted: ${message}`;
}

const sandbox: { action?: () => unknown } = {};
createContext(sandbox);
const script = new Script("action()");

/** Runs an action that is ended once its time is over, even in the middle of a loop or a regular expression. */
function within<T>(seconds: number, action: () => T): T {
  sandbox.action = action;
  try {
    return script.runInContext(sandbox, { timeout: Math.ceil(seconds * 1000) }) as T;
  } finally {
    delete sandbox.action;
  }
}
