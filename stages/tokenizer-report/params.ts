import { z } from "zod";

const rows = z.int().min(0).max(100_000);

export const reportParams = z
  .strictObject({
    /** Rows of `unknownWords` and `uncoveredCharacters`, the most frequent. */
    unknownWords: rows.default(100),
    uncoveredCharacters: rows.default(100),
  })
  .prefault({});

export type ReportParams = z.output<typeof reportParams>;
