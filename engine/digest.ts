import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import type { Part } from "./artifact.ts";
import { explained } from "./file-error.ts";
import type { Output } from "./table.ts";

const PIECE_BYTES = 2 ** 20;

/** sha256 of a string's UTF-8 bytes, hex. */
export function digestText(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** sha256 of a file's bytes, hex, read in pieces of 1 MB. Throws a PipelineError where it cannot be read. */
export async function digestFile(path: string): Promise<string> {
  return await explained("reading", path, async () => {
    const handle = await open(path);
    try {
      const hash = createHash("sha256");
      const { size } = await handle.stat();
      // One byte more than a small file has, so that reading it once tells that it has no more.
      const piece = Buffer.allocUnsafeSlow(Math.min(PIECE_BYTES, size + 1));
      for (;;) {
        const { bytesRead } = await handle.read(piece);
        if (bytesRead === 0) return hash.digest("hex");
        hash.update(piece.subarray(0, bytesRead));
      }
    } finally {
      await handle.close();
    }
  });
}

/**
 * Digest of an output over its parts in order. A table's is over content alone, so that the same parts cut
 * from other partitions are the same input; a folder's is over names too, which are how its readers find files.
 */
export function digestParts(kind: Output["kind"], parts: readonly Part[]): string {
  const lines = parts.map(({ digest, file }) => (kind === "folder" ? `${digest} ${file}` : digest));
  return digestText(lines.join("\n"));
}
