import type { FileHandle } from "node:fs/promises";
import { RandomAccessReader } from "yauzl";
import { damaged } from "./failure.ts";
import { explaining } from "./read-file.ts";

/** What is read at least, so that neighbours come along. */
export const WINDOW_BYTES = 1 << 16;

interface Window {
  readonly start: number;
  readonly bytes: Uint8Array;
}

/**
 * Reads a zip archive, which is open and stays so, here and there for yauzl. The last two windows are kept: one follows
 * the directory, the other the members, and small members cost no call of the system each.
 */
export class WindowedReader extends RandomAccessReader {
  readonly #handle: FileHandle;
  readonly #path: string;
  #windows: readonly Window[] = [];

  constructor(handle: FileHandle, path: string) {
    super();
    this.#handle = handle;
    this.#path = path;
  }

  /** `length` bytes from `position`; throws a PipelineError where the file ends before. */
  async bytes(position: number, length: number): Promise<Uint8Array> {
    const window =
      this.#windows.find(
        ({ start, bytes }) => start <= position && position + length <= start + bytes.length,
      ) ?? (await this.#readWindow(position, length));
    const others = this.#windows.filter((other) => other !== window);
    this.#windows = [window, ...others.slice(0, 1)];
    const at = position - window.start;
    return window.bytes.subarray(at, at + length);
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    this.bytes(position, length).then((bytes) => {
      buffer.set(bytes, offset);
      callback(null);
    }, callback);
  }

  /** Never asked for: members' bytes are read without yauzl. */
  override _readStreamForRange(): never {
    throw new Error("members are read by their range");
  }

  async #readWindow(position: number, length: number): Promise<Window> {
    const buffer = Buffer.allocUnsafe(Math.max(length, WINDOW_BYTES));
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await explaining(this.#path, () =>
        this.#handle.read(buffer, filled, buffer.length - filled, position + filled),
      );
      if (bytesRead === 0)
        throw damaged({
          where: this.#path,
          kind: "a zip archive",
          got: "it ends too early",
          offset: position + filled,
        });
      filled += bytesRead;
    }
    return { start: position, bytes: buffer.subarray(0, filled) };
  }
}
