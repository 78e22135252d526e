import { join } from "node:path";
import { cacheFolder } from "../../lib/cache-folder.ts";

/** Where a download of this sha256 (64 hexadecimal digits) lies: nothing else of it reaches the file system. */
export function cachePathOf(sha256: string): string {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new TypeError(`not a sha256: ${sha256}`);
  return join(cacheFolder("downloads"), sha256);
}
