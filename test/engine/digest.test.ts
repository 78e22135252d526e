import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Part } from "../../engine/artifact.ts";
import { digestFile, digestParts, digestText } from "../../engine/digest.ts";
import { DigestCache } from "../../engine/digest-cache.ts";
import { PipelineError } from "../../engine/error.ts";

let folder: string;
let cacheFile: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "digest-"));
  cacheFile = join(folder, ".cache", "files.json");
  file = join(folder, "input.txt");
});
afterEach(() => rm(folder, { recursive: true }));

const sha256 = (text: string | Buffer) => createHash("sha256").update(text).digest("hex");

describe("a digest", () => {
  test("of text and of a file is sha256", async () => {
    expect(digestText("abc")).toBe(
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
    for (const bytes of [0, 1, 2 ** 20, 2 ** 20 + 1, 3 * 2 ** 20 - 5]) {
      const content = Buffer.alloc(bytes, "pattern");
      await writeFile(file, content);
      expect(await digestFile(file)).toBe(sha256(content));
    }
  });

  test("of a file that is not there says so", async () => {
    await expect(digestFile(file)).rejects.toMatchObject({
      details: { where: file, got: "ENOENT" },
    });
    await expect(digestFile(folder)).rejects.toBeInstanceOf(PipelineError);
  });

  test("of parts depends on content and order; in a folder on names too", () => {
    const part = (file: string, digest: string): Part => ({
      file,
      digest,
      rows: 1,
      bytes: 1,
      mtimeMs: 1,
    });
    const [a, b, c] = [part("t/0", "aa"), part("t/1", "bb"), part("t/7", "bb")];
    expect(digestParts("table", [a, b])).toBe(digestParts("table", [a, c]));
    expect(digestParts("table", [a, b])).not.toBe(digestParts("table", [b, a]));
    expect(digestParts("table", [a, b])).not.toBe(digestParts("table", [part("t/0", "aabb")]));
    expect(digestParts("folder", [a, b])).not.toBe(digestParts("folder", [a, c]));
  });
});

describe("a digest cache", () => {
  /** Long ago, so that the file does not count as just written; its change time is now and cannot be set. */
  const settle = () => new Promise((resolve) => setTimeout(resolve, 2100));

  /** Puts false digests in the cache file, which come back only if the files are not hashed. */
  async function falsify(): Promise<void> {
    const text = await readFile(cacheFile, "utf8");
    await writeFile(cacheFile, text.replaceAll(/"digest":"[0-9a-f]+"/g, '"digest":"remembered"'));
  }

  test("does not hash an unchanged file again, in another process", async () => {
    await writeFile(file, "one");
    await settle();
    const cache = await DigestCache.open(cacheFile);
    expect(await cache.digests([file, file])).toEqual([sha256("one"), sha256("one")]);
    await cache.save();
    await falsify();
    const next = await DigestCache.open(cacheFile);
    expect(await next.digest(file)).toBe("remembered");
    // Same size, and its modification time put back: only the change time tells.
    const { atime, mtime } = await stat(file);
    await writeFile(file, "two");
    await utimes(file, atime, mtime);
    expect(await next.digest(file)).toBe(sha256("two"));
  });

  test("does not trust the times of a file that was just written", async () => {
    await writeFile(file, "one");
    const cache = await DigestCache.open(cacheFile);
    expect(await cache.digest(file)).toBe(sha256("one"));
    await cache.save();
    expect(existsSync(cacheFile)).toBe(false);
  });

  test("starts empty from a cache file that is damaged", async () => {
    await writeFile(file, "one");
    for (const text of ["{", "[]", '{"a":1}', '{"a":{"digest":1}}']) {
      const broken = join(folder, "broken.json");
      await writeFile(broken, text);
      expect(await (await DigestCache.open(broken)).digest(file)).toBe(sha256("one"));
    }
  });

  test("does not make the store's folder", async () => {
    await writeFile(file, "one");
    await settle();
    const cache = await DigestCache.open(join(folder, "no-store", ".cache", "files.json"));
    await cache.digest(file);
    await expect(cache.save()).rejects.toBeInstanceOf(PipelineError);
    expect(existsSync(join(folder, "no-store"))).toBe(false);
  });

  test("names the file that cannot be read", async () => {
    const cache = await DigestCache.open(cacheFile);
    await expect(cache.digests([file])).rejects.toMatchObject({ details: { where: file } });
  });
});
