import { z } from "zod";
import { type Source, sourceSchema } from "./sources.ts";

/** What `ingest` is told. */
export const paramsSchema = z.object({
  sources: z
    .array(sourceSchema)
    .min(1, "at least one source")
    .refine(namesDiffer, "sources with different names, where there are several"),
  heldout: z
    .object({
      /** The share of documents that are held out, chosen by a hash of each one's key. */
      share: z.number().min(0).max(1).default(0.05),
      /** Keys of documents that are held out besides. */
      keys: z.array(z.string()).default([]),
    })
    .prefault({}),
  /** The Unicode normal form of all text. */
  normalise: z.enum(["nfc", "none"]).default("nfc"),
});

export type IngestParams = z.output<typeof paramsSchema>;

function namesDiffer(sources: readonly Source[]): boolean {
  return new Set(sources.map(({ name }) => name)).size === sources.length;
}
