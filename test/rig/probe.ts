import { z } from "zod";
import {
  defineStage,
  makeBatch,
  type SourceFile,
  type Stage,
  table,
  viewBatch,
} from "../../engine/index.ts";

/** A table of words: what every probe reads and writes. */
export const words = table({ word: "utf8" }, { cutBy: "word" });
const params = z.object({ suffix: z.string().default(""), length: z.number().default(99) });

type Words = { words: typeof words };
type ProbeInputs = Readonly<Record<string, typeof words>>;

/** What a probe may be made to do beside its work. */
export interface ProbeOptions {
  readonly seeded?: boolean;
  /** Whether it reads the seed, which it may where it is `seeded`. */
  readonly draws?: boolean;
  readonly code?: URL;
  /** Called in each run of a partition, with its words, before they are written. */
  readonly during?: (words: readonly string[], signal: AbortSignal) => void | Promise<void>;
}

/** A stage that counts: each partition that it runs is noted as the words that it wrote. */
export interface Probe<I extends ProbeInputs> {
  readonly place: Stage<I, Words, typeof params>;
  readonly runs: string[][];
}

/**
 * Writes the words of its inputs in order, each with `suffix` and cut to `length`. With `mapped` it runs once a
 * part of the input `words`; with `sources` it reads the lines of outside files instead.
 */
export function probe<I extends ProbeInputs>(
  name: string,
  inputs: I,
  options: ProbeOptions & { mapped?: boolean; sources?: () => readonly SourceFile[] } = {},
): Probe<I> {
  const runs: string[][] = [];
  const { mapped, sources, seeded = false, draws = false, during, code } = options;
  const place = defineStage({
    name,
    module: (code ?? new URL("empty-stage.ts", import.meta.url)).href,
    inputs,
    outputs: { words },
    params,
    seeded,
    ...(mapped === true && { partitionBy: "words" }),
    ...(sources !== undefined && { files: async () => sources() }),
    async *run(read, context) {
      const found: string[] = [];
      for (const file of context.files) {
        const text = await import("node:fs/promises").then(({ readFile }) =>
          readFile(file.path, "utf8"),
        );
        found.push(...text.split("\n").filter((line) => line !== ""));
      }
      for (const input of Object.values(read) as (typeof read)[string][]) {
        for await (const batch of input.batches()) {
          const { word } = viewBatch(words, batch);
          for (let row = 0; row < batch.numRows; row++) found.push(word.get(row));
        }
      }
      const { suffix, length } = context.params;
      const drawn = draws ? String(context.seed) : "";
      const written = found.map((word) => word.slice(0, length) + suffix + drawn);
      await during?.(written, context.signal);
      runs.push(written);
      context.progress(written.length, found.length, "words");
      yield { words: makeBatch(words, { word: written }) };
    },
  });
  return { place: place as Stage<I, Words, typeof params>, runs };
}
