import { createRequire } from "node:module";
import { TokenizerError } from "../tokenizer/tokenizer-error.ts";

/** The version of Hugging Face's `tokenizers` that is installed; undefined where none is. */
export function tokenizersVersion(): string | undefined {
  try {
    const { version } = createRequire(import.meta.url)("tokenizers/package.json") as {
      version: string;
    };
    return version;
  } catch {
    return undefined;
  }
}

/** Loads Hugging Face's `tokenizers`, an optional dependency. A TokenizerError where it is missing or cannot be loaded. */
export async function loadTokenizers(): Promise<typeof import("tokenizers")> {
  try {
    const loaded = await import("tokenizers");
    // A CommonJS package whose exports are not all found by name.
    return (loaded as { default?: typeof import("tokenizers") }).default ?? loaded;
  } catch (error) {
    throw new TokenizerError("the package tokenizers is needed for a Unigram vocabulary", {
      where: "tokenizers",
      expected: "npm's optional dependency, with a binary for this platform",
      got: error instanceof Error ? error.message.split("\n", 1)[0]! : String(error),
      hint: "npm install --include=optional, or npm install tokenizers@0.23.2",
    });
  }
}
