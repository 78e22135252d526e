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

/** Converts pages; one on which the library fails, or takes too long, fails alone. */
export function convertPages(texts: readonly string[], options: ConvertOptions): Converted[] {
  const wikitext: WikitextOptions = {
    sections: new Set(options.sections),
    prefixes: new Set(options.prefixes),
    headings: options.headings,
  };
  const convert = (text: string): Converted => {
    const { disambiguation, blocks } = wikitextToBlocks(text, wikitext);
    return disambiguation && !options.disambiguations ? { skipped: true } : { blocks };
  };
  const { secondsPerPage } = options;
  try {
    // The clock is a thread of its own: starting one for each page would take longer than most pages do.
    return within(secondsPerPage, () => texts.map(convert));
  } catch {
    return texts.map((text) => {
      try {
        return within(secondsPerPage, () => convert(text));
      } catch (error) {
        return { failed: reasonOf(error, secondsPerPage) };
      }
    });
  }
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
