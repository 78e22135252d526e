import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

/** How a file looked when it was hashed: while it looks so, it need not be hashed again. */
export interface FileStamp {
  readonly path: string;
  readonly bytes: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
}

export async function stampOf(path: string): Promise<FileStamp> {
  const { size, mtimeMs, ctimeMs } = await stat(path);
  return { path, bytes: size, mtimeMs, ctimeMs };
}

export async function isUntouched(stamp: FileStamp): Promise<boolean> {
  const now = await stampOf(stamp.path).catch(() => undefined);
  return (
    now?.bytes === stamp.bytes && now.mtimeMs === stamp.mtimeMs && now.ctimeMs === stamp.ctimeMs
  );
}

/**
 * Whether a file may have changed between its stamp and its hash, which was begun at `startedMs`: then times do
 * not tell the two contents apart. File systems keep times that lag the clock by some milliseconds.
 */
export function touchedSince(stamp: FileStamp, startedMs: number): boolean {
  return Math.max(stamp.mtimeMs, stamp.ctimeMs) >= startedMs - 20;
}

/** Reads a cache of hashes; one that is missing or broken is empty. */
export async function loadCache<Entry>(file: string): Promise<Record<string, Entry>> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Record<string, Entry>;
  } catch {
    return {};
  }
}

/** Writes a cache of hashes, whole or not at all; where it cannot be written the next run is only slower. */
export async function saveCache(file: string, entries: object): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    const draft = `${file}.${process.pid}`;
    await writeFile(draft, JSON.stringify(entries));
    await rename(draft, file);
  } catch {
    return;
  }
}
