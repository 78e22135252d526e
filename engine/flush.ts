import { open } from "node:fs/promises";

/** Flushes a file's bytes to the disk. */
export async function flushFile(path: string): Promise<void> {
  // Windows flushes only what is open for writing.
  await flush(path, process.platform === "win32" ? "r+" : "r");
}

/** Flushes a folder's own entries to the disk, so that a rename in it survives a power cut. */
export async function flushFolder(path: string): Promise<void> {
  // Windows has no such call and needs none.
  if (process.platform !== "win32") await flush(path, "r");
}

async function flush(path: string, mode: "r" | "r+"): Promise<void> {
  const handle = await open(path, mode);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
