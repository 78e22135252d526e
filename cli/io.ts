import type { WriteCommand } from "./actions.ts";

/** The outside world as commands see it: `process` itself, or a stand-in. */
export interface Io {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: NodeJS.ProcessEnv;
  /** The folder in which the command was started. */
  readonly cwd: string;
  /** Aborted once nobody reads standard output any more, as with `| head`. */
  readonly unread: AbortSignal;
  /** Writes a workflow command; only in GitHub Actions. */
  readonly workflow?: WriteCommand;
}

/** Writes a line of what the command is for. */
export function print(io: Io, text = ""): void {
  io.stdout.write(`${text}\n`);
}

/** Writes a line that is meant for a person, whatever becomes of standard output. */
export function tell(io: Io, text = ""): void {
  io.stderr.write(`${text}\n`);
}
