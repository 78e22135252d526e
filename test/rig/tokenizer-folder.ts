import type { TokenizerDefinition } from "../../lib/tokenizer/definition.ts";
import { writeTokenizer } from "../../lib/tokenizer/files.ts";
import { tempFolder } from "./temp-folder.ts";

/** A folder of the current test's own with a tokenizer in it. */
export async function tokenizerFolder(definition: TokenizerDefinition): Promise<string> {
  const folder = await tempFolder();
  await writeTokenizer(folder, definition);
  return folder;
}
