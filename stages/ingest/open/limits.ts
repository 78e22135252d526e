import { z } from "zod";
import { PipelineError } from "../../../engine/index.ts";

/** Up to here a file may expand as it likes: small files of blanks or of one repeated line do no harm. */
const FREE_BYTES = 64 * 2 ** 20;

/**
 * How far a compressed file may expand. English Wikipedia's articles are some 100 GB of XML; text and markup come to
 * 3 to 8 times their compressed size, one line repeated (gzip's limit) to 1000 times.
 */
export const expansionLimitsSchema = z.object({
  /** Bytes that one file on disk may hold once decompressed, all its members together. */
  maxExpandedBytes: z
    .number()
    .int()
    .positive()
    .default(256 * 2 ** 30),
  /** Bytes out for a byte of the file on disk; counted beyond the first 64 MiB. */
  maxExpansionRatio: z.number().min(1).default(200),
});

export type ExpansionLimits = z.output<typeof expansionLimitsSchema>;

/**
 * Counts one file's bytes on disk and at one depth of decompression, and throws a PipelineError naming the limit once
 * it is passed. What was compressed twice is counted at each depth against the bytes on disk.
 */
export class Expansion {
  readonly #path: string;
  readonly #limits: ExpansionLimits;
  /** Bytes read from disk so far. */
  diskBytes = 0;
  /** Bytes that have come out, by depth. */
  readonly #out = [0, 0];

  constructor(path: string, limits: ExpansionLimits) {
    this.#path = path;
    this.#limits = limits;
  }

  /** Counts what came out of the file itself (depth 0) or of its compressed members (depth 1). */
  add(bytes: number, depth: 0 | 1, where: string): void {
    const out = this.#out[depth]! + bytes;
    this.#out[depth] = out;
    const { maxExpandedBytes, maxExpansionRatio } = this.#limits;
    if (out > maxExpandedBytes)
      throw this.#passed("maxExpandedBytes", `at most ${maxExpandedBytes} bytes`, out, where);
    if (out > FREE_BYTES && out > maxExpansionRatio * this.diskBytes)
      throw this.#passed(
        "maxExpansionRatio",
        `at most ${maxExpansionRatio} bytes for each byte of the file`,
        out,
        where,
      );
  }

  #passed(option: string, expected: string, out: number, where: string): PipelineError {
    return new PipelineError(`${this.#path} expands beyond ${option}`, {
      where,
      expected,
      got: `more than ${out} bytes out of the first ${this.diskBytes}`,
      hint: `if the file is meant to be so, raise ${option}; if not, it may be a decompression bomb`,
    });
  }
}
