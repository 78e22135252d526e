import { z } from "zod";

const powersOfTwo = [32, 64, 128, 256, 512, 1024] as const;

/** What documents are compared by. */
export const signatureParams = z
  .strictObject({
    /** Words in a shingle, or letters where words have no blanks between them (Chinese, Japanese, Korean, Thai). */
    shingle: z.int().min(1).max(64).default(5),
    /** Hashes in a signature: similarity J is estimated with a standard error of sqrt(J (1 - J) / hashes) at most. */
    hashes: z.literal(powersOfTwo).default(128),
  })
  .prefault({});

export type SignatureParams = z.output<typeof signatureParams>;

/** Which documents count as duplicates. */
export const duplicateParams = z
  .strictObject({
    /** Whether documents that are much alike are duplicates, or only equal ones. */
    near: z.boolean().default(true),
    /** The estimated Jaccard similarity of their shingles from which two documents are much alike. */
    threshold: z.number().min(0.3).max(1).default(0.8),
  })
  .prefault({});

export type DuplicateParams = z.output<typeof duplicateParams>;
