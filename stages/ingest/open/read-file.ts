import { type FileHandle, open } from "node:fs/promises";
import { PipelineError } from "../../../engine/index.ts";

export interface ReadRange {
  /** Where to begin; without it where the handle stands, which works for pipes as well. */
  readonly start?: number;
  /** How many bytes at most. */
  readonly length?: number;
  readonly pieceBytes: number;
  readonly signal?: AbortSignal | undefined;
  onRead(bytes: number): void;
}

/** Opens a file; throws a PipelineError that says what to do where that fails. */
export function openFile(path: string): Promise<FileHandle> {
  return explaining(path, () => open(path));
}

/** A file's bytes, or a range of them, in pieces. */
export async function* filePieces(
  handle: FileHandle,
  path: string,
  { start, length = Number.POSITIVE_INFINITY, pieceBytes, signal, onRead }: ReadRange,
): AsyncGenerator<Uint8Array> {
  const size =
    length === Number.POSITIVE_INFINITY
      ? (await explaining(path, () => handle.stat())).size
      : length;
  const capacity = Math.min(pieceBytes, Math.max(size, 4096));
  for (let done = 0; done < length; ) {
    signal?.throwIfAborted();
    const buffer = Buffer.allocUnsafe(Math.min(capacity, length - done));
    const position = start === undefined ? null : start + done;
    const { bytesRead } = await explaining(path, () =>
      handle.read(buffer, 0, buffer.length, position),
    );
    if (bytesRead === 0) return;
    onRead(bytesRead);
    done += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** Turns what the file system says into an error that tells what to do. */
export async function explaining<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === undefined || cause instanceof PipelineError) throw cause;
    const details = { where: path, expected: "a readable file", got: code, cause };
    if (code === "ENOENT")
      throw new PipelineError(`${path} is gone`, {
        ...details,
        hint: "it was there when the run was planned; run again once the files stand still",
      });
    if (code === "EISDIR") throw new PipelineError(`${path} is a folder`, details);
    throw new PipelineError(`${path} cannot be read`, {
      ...details,
      hint: code === "EACCES" ? "check its permissions" : "check the disk it lies on",
    });
  }
}
