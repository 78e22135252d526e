import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { folderWith, ingested } from "./ingested.ts";
import { FUZZED, mutated, mutations, readDamaged } from "./mutations.ts";

describe("damaged files", () => {
  it.each(FUZZED)("$name is read whole", async ({ file, content, source }) => {
    using folder = folderWith({ [file]: content });
    const { documents } = await ingested({ sources: [source(folder.path)] });
    expect(documents.length).toBeGreaterThan(0);
  });

  // `npm run test:long` does the same for longer.
  it.each(FUZZED)("$name gives documents or a PipelineError", async (fuzzed) => {
    await fc.assert(
      fc.asyncProperty(mutations, async (changes) => {
        await readDamaged(fuzzed, mutated(fuzzed.content, changes));
      }),
      { numRuns: 40 / fuzzed.cost },
    );
  });
});
