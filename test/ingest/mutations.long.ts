import fc from "fast-check";
import { describe, it } from "vitest";
import { FUZZED, mutated, mutations, readDamaged } from "./mutations.ts";

describe("damaged files, for long", () => {
  it.each(FUZZED)("$name gives documents or a PipelineError", async (fuzzed) => {
    await fc.assert(
      fc.asyncProperty(mutations, async (changes) => {
        await readDamaged(fuzzed, mutated(fuzzed.content, changes));
      }),
      { numRuns: Math.ceil(Number(process.env["FUZZ_RUNS"] ?? 10_000) / fuzzed.cost) },
    );
  });
});
