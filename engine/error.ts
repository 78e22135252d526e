/** Exit codes of the command line, as the design fixes them. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  stale: 3,
  busy: 4,
  corrupt: 5,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Which part of which artifact is damaged; `file` is relative to the artifact's folder. */
export interface CorruptPart {
  readonly node: string;
  readonly fingerprint: string;
  readonly file: string;
}

/** What a reader needs to mend an expected failure. */
export interface ErrorDetails {
  /** Where it happened: a file and line, a node, an option. */
  readonly where?: string;
  readonly expected?: string;
  readonly got?: string;
  /** What to do next, as an instruction. */
  readonly hint?: string;
  readonly exitCode?: ExitCode;
  /** The artifact one of whose parts is not what its manifest says: its node is to be rebuilt. */
  readonly corrupt?: CorruptPart;
  readonly cause?: unknown;
}

/**
 * An expected failure: shown without a stack. Anything else that is thrown is a bug and keeps its stack.
 * `details` cross threads as plain data (`toPlain`, `fromPlain`).
 */
export class PipelineError extends Error {
  override readonly name = "PipelineError";
  readonly details: ErrorDetails;

  constructor(message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? {} : { cause: details.cause });
    this.details = details;
  }

  get exitCode(): ExitCode {
    return this.details.exitCode ?? EXIT.failed;
  }
}
