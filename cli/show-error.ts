import { EXIT, type ExitCode, type PlainError } from "../engine/index.ts";
import { sanitize, sanitizeLines } from "../lib/sanitize.ts";

/** Any error as plain data. Not `instanceof`: a config may hold another copy of this package. */
export function plainError(error: unknown): PlainError {
  if (!(error instanceof Error))
    return { message: String(error), exitCode: EXIT.failed, stack: `thrown: ${String(error)}` };
  if (error.name !== "PipelineError" || !("details" in error))
    return {
      message: error.message,
      exitCode: EXIT.failed,
      stack: error.stack ?? `${error.name}: ${error.message}`,
    };
  const details = error.details as Omit<PlainError, "message" | "exitCode"> & {
    readonly exitCode?: ExitCode;
  };
  const { where, expected, got, hint, exitCode = EXIT.failed } = details;
  return {
    message: error.message,
    exitCode,
    ...(where !== undefined && { where }),
    ...(expected !== undefined && { expected }),
    ...(got !== undefined && { got }),
    ...(hint !== undefined && { hint }),
  };
}

/** An error as a person reads it: what, where, expected, got, what to do; a bug with its stack. */
export function describeError(error: PlainError): string {
  const lines = labelled("error: ", error.message);
  const detail = (name: string, value: string | undefined): void => {
    if (value !== undefined) lines.push(...labelled(`  ${name.padEnd(9)}`, value));
  };
  detail("where", error.where);
  detail("expected", error.expected);
  detail("got", error.got);
  detail("do", error.hint);
  if (error.stack !== undefined) {
    lines.push(...error.stack.split("\n").slice(1).map(sanitize));
    lines.push("This is a bug in albert-pipeline: please report it with the lines above.");
  }
  return lines.join("\n");
}

/** Lines below a label; all but the first are indented, so that text with line breaks passes for nothing of ours. */
function labelled(label: string, text: string): string[] {
  const [first = "", ...rest] = sanitizeLines(text).split("\n");
  return [`${label}${first}`, ...rest.map((line) => `${" ".repeat(label.length)}${line}`)];
}
