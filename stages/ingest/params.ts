import { z } from "zod";
import { cleanParams } from "./clean/params.ts";
import { expansionLimitsSchema } from "./open/limits.ts";
import { type Source, sourceSchema } from "./sources.ts";

/** What `ingest` is told. */
export const paramsSchema = z.object({
  sources: z
    .array(sourceSchema)
    .min(1, "at least one source")
    .refine(namesDiffer, "sources with different names, where there are several"),
  heldout: z
    .object({
      /** The share of documents that are held out, chosen by a hash of each one's key: no other document changes its side. */
      share: z.number().min(0).max(1).default(0.05),
      /** Keys of documents that are held out besides. */
      keys: z.array(z.string()).default([]),
    })
    .prefault({}),
  /** How text is cleaned, and which documents are left out. */
  clean: cleanParams,
  /** How far compressed files and archives may expand. */
  expansion: expansionLimitsSchema.prefault({}),
});

export type IngestParams = z.output<typeof paramsSchema>;

function namesDiffer(sources: readonly Source[]): boolean {
  return new Set(sources.map(({ name }) => name)).size === sources.length;
}
