import { PipelineError } from "../../../engine/index.ts";

/** What is wrong with a file or a member of it. */
export interface Damage {
  /** The file's path, or path!member. */
  readonly where: string;
  /** What it was read as: "a gzip file". */
  readonly kind: string;
  /** What was found, as a phrase. */
  readonly got: string;
  /** Where in it, in bytes from its beginning, if known; of a compressed file in its compressed bytes. */
  readonly offset?: number;
  readonly expected?: string;
  readonly hint?: string;
  readonly cause?: unknown;
}

/** The error for data that breaks the rules of its format, or ends in the midst of it. */
export function damaged({
  where,
  kind,
  got,
  offset,
  expected,
  hint,
  cause,
}: Damage): PipelineError {
  return new PipelineError(`${where} is damaged: ${got}`, {
    where: offset === undefined ? where : `${where}, byte ${offset}`,
    expected: expected ?? `${kind} that is whole`,
    got,
    hint: hint ?? "get the file again, or leave it out of the source's files",
    ...(cause !== undefined && { cause }),
  });
}

/** The error for data that is in order and uses what this program does not read. */
export function unsupported(
  where: string,
  expected: string,
  got: string,
  hint: string,
): PipelineError {
  return new PipelineError(`${where} cannot be read: ${got}`, { where, expected, got, hint });
}
