import { lstat, readdir, realpath, stat } from "node:fs";
import type { FileSystemAdapter } from "tinyglobby";

type Failed = NodeJS.ErrnoException | null;

/**
 * `node:fs` for a glob, which passes over what it cannot look into: here a link that leads nowhere counts as a file,
 * so that whoever reads it finds out, and `onFailure` is told of a folder that is there and cannot be listed.
 */
export function watchfulFs(
  onFailure: (folder: string, error: NodeJS.ErrnoException) => void,
): FileSystemAdapter {
  const adapter = {
    readdir(
      folder: string,
      options: { withFileTypes: true },
      done: (error: Failed, entries: unknown) => void,
    ): void {
      readdir(folder, options, (error, entries) => {
        if (error !== null && error.code !== "ENOENT" && error.code !== "ENOTDIR")
          onFailure(folder, error);
        done(error, entries);
      });
    },
    realpath(path: string, done: (error: Failed, path: string) => void): void {
      realpath(path, (error, real) => done(null, error === null ? real : path));
    },
    stat(path: string, done: (error: Failed, stats: unknown) => void): void {
      stat(path, (error, stats) => (error === null ? done(null, stats) : lstat(path, done)));
    },
  };
  return adapter as unknown as FileSystemAdapter;
}
