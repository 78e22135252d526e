import { EXIT, type ExitCode, PipelineError } from "./error.ts";
import type { PlainError } from "./event.ts";

/** An error as plain data, to cross threads and to be logged; a bug keeps its stack. */
export function toPlain(error: unknown): PlainError {
  if (error instanceof PipelineError) {
    const { where, expected, got, hint, corrupt } = error.details;
    return {
      message: error.message,
      ...(where !== undefined && { where }),
      ...(expected !== undefined && { expected }),
      ...(got !== undefined && { got }),
      ...(hint !== undefined && { hint }),
      exitCode: error.exitCode,
      ...(corrupt !== undefined && { corrupt }),
    };
  }
  if (error instanceof Error)
    return {
      message: error.message,
      exitCode: EXIT.failed,
      stack: error.stack ?? `${error.name}: ${error.message}`,
    };
  return { message: String(error), exitCode: EXIT.failed, stack: `thrown: ${String(error)}` };
}

/** The error that `toPlain` was given, as far as it can be told: a PipelineError, or an Error with its old stack. */
export function fromPlain(plain: PlainError): Error {
  const { message, exitCode, stack, ...details } = plain;
  if (stack === undefined)
    return new PipelineError(message, { ...details, exitCode: exitCode as ExitCode });
  const error = new Error(message);
  error.stack = stack;
  return error;
}
