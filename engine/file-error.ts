import { PipelineError } from "./error.ts";

const EXPLAINED: Readonly<Record<string, { readonly message: string; readonly hint: string }>> = {
  ENOSPC: {
    message: "the disk is full",
    hint: "free some space, or choose a store on another disk with --store",
  },
  EDQUOT: {
    message: "the disk quota is used up",
    hint: "free some space, or choose a store on another disk with --store",
  },
  EACCES: { message: "permission denied", hint: "change the permissions, or choose another place" },
  EPERM: { message: "not permitted", hint: "change the permissions, or choose another place" },
  EROFS: { message: "the file system is read-only", hint: "choose another place" },
  ENOENT: { message: "there is no such file or folder", hint: "check the path" },
  ENOTDIR: { message: "a part of the path is not a folder", hint: "check the path" },
  EISDIR: { message: "this is a folder, not a file", hint: "check the path" },
  EEXIST: {
    message: "something stands there already",
    hint: "move it away, or choose another place",
  },
  EMFILE: {
    message: "too many open files",
    hint: "raise the limit (ulimit -n), or run fewer jobs",
  },
};

/** Failed system calls for which the machine is to blame, whatever the code that met them. */
const OF_THE_MACHINE = new Set(["ENOSPC", "EDQUOT", "EROFS", "EIO", "EMFILE", "ENFILE"]);

/** A failed system call as a PipelineError that says what was being done; any other error as it is. */
export function explainFileError(error: unknown, doing: string, path: string): unknown {
  const code = codeOf(error);
  if (code === undefined) return error;
  const explained = EXPLAINED[code];
  return new PipelineError(`${doing} failed: ${explained?.message ?? (error as Error).message}`, {
    where: path,
    got: code,
    hint: explained?.hint ?? "look at the disk and try again",
    cause: error,
  });
}

/**
 * The same for code that does not explain its errors itself, such as a stage that writes a folder: of those only
 * what no code can be blamed for, so that a bug stays one.
 */
export function explainMachineError(error: unknown, doing: string, path: string): unknown {
  return OF_THE_MACHINE.has(codeOf(error) ?? "") ? explainFileError(error, doing, path) : error;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "syscall" in error
    ? (error as NodeJS.ErrnoException).code
    : undefined;
}

/** Runs `work`, explaining failed system calls. */
export async function explained<T>(
  doing: string,
  path: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw explainFileError(error, doing, path);
  }
}
