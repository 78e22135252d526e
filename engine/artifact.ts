import { z } from "zod";

/** Whether a relative path, with forward slashes, leads nowhere but down. */
function staysInside(file: string): boolean {
  const steps = file.split(/[\\/]/);
  return (
    steps.every((step) => step !== "" && step !== "." && step !== "..") && !/^[a-z]:/i.test(file)
  );
}

/** What stands on disk for one finished node; its manifest is what makes an artifact exist. */
const partSchema = z.object({
  /** Relative to the artifact's folder, e.g. `documents/part-00000.parquet`. */
  file: z.string().refine(staysInside, "must stay inside the artifact"),
  /** sha256 of the file's bytes, hex. */
  digest: z.string(),
  rows: z.number().int(),
  bytes: z.number().int(),
  /** Modification time when the digest was taken, ms: serves only to skip re-hashing an unchanged file. */
  mtimeMs: z.number(),
});

/** Everything that can change a node's output: the fingerprint is the sha256 of its canonical JSON. */
const fingerprintFieldsSchema = z.object({
  stage: z.string(),
  /** Hash of the stage's code with the helpers that it imports, stripped of comments and types. */
  code: z.string(),
  params: z.unknown(),
  /** Null where the stage draws no random numbers. */
  seed: z.number().nullable(),
  /** Digest of each input output: of its parts' digests in order. */
  inputs: z.record(z.string(), z.string()),
  /** Digest of each outside file, by its stable name. */
  files: z.record(z.string(), z.string()),
  environment: z.record(z.string(), z.string()),
});

/** In an artifact's folder. */
export const MANIFEST_FILE = "manifest.json";

export const manifestSchema = z.object({
  version: z.literal(1),
  node: z.string(),
  stage: z.string(),
  fingerprint: z.string(),
  fields: fingerprintFieldsSchema,
  /** In order; a node that is not partitioned has one. */
  partitions: z.array(
    z.object({
      key: z.string(),
      fingerprint: z.string(),
      outputs: z.record(z.string(), z.array(partSchema)),
    }),
  ),
  /** Digest of each output, over its parts in order. */
  outputs: z.record(
    z.string(),
    z.object({ kind: z.enum(["table", "rows", "folder"]), digest: z.string() }),
  ),
  finished: z.string(),
  seconds: z.number(),
});

export type Part = z.output<typeof partSchema>;
export type FingerprintFields = z.output<typeof fingerprintFieldsSchema>;
export type Manifest = z.output<typeof manifestSchema>;
export type Partition = Manifest["partitions"][number];

/** A finished node on disk. */
export interface Artifact {
  readonly manifest: Manifest;
  /** Absolute path of the folder that the parts' files are relative to. */
  readonly folder: string;
}
