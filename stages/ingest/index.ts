import { defineStage, PipelineError } from "../../engine/index.ts";
import { paramsSchema } from "./params.ts";
import { documents, rejected } from "./tables.ts";

export {
  bertFormat,
  csv,
  html,
  jsonl,
  markdown,
  parquet,
  text,
  wikipedia,
} from "./sources.ts";

/** Turns files of text, markup or records into documents of sentences, split into training and held-out ones. */
export const ingest = defineStage({
  name: "ingest",
  module: import.meta.url,
  inputs: {},
  outputs: { documents, rejected },
  params: paramsSchema,
  async environment() {
    // Normal forms and character classes follow the Unicode version that Node was built with.
    return { unicode: process.versions["unicode"] ?? "none" };
  },
  async files({ sources, heldout }) {
    const [{ locate }, { keyStem }] = await Promise.all([
      import("./locate.ts"),
      import("./keys.ts"),
    ]);
    const files = await locate(sources);
    const stems = new Set(files.map(({ name }) => keyStem(name)));
    const lost = heldout.keys.find((key) => !beginsWithOneOf(stems, key));
    if (lost !== undefined)
      throw new PipelineError(`no document can have the key ${lost}`, {
        where: "ingest: heldout.keys",
        expected:
          "a file's name without its extension, or that, then ! and the same of a member, then # and a key within",
        got: lost,
      });
    return files;
  },
  async *run(_inputs, context) {
    const { ingestFiles } = await import("./run.ts");
    yield* ingestFiles(context);
  },
});

/** A document's key is its file's stem, or goes on after that with a ! or a #. */
function beginsWithOneOf(stems: ReadonlySet<string>, key: string): boolean {
  return [...key.matchAll(/[!#]|$/g)].some(({ index }) => stems.has(key.slice(0, index)));
}
