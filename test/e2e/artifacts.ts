import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { Manifest } from "../../engine/artifact.ts";

/** The newest manifest of each node in a store, read as plain JSON. */
export function manifests(store: string): ReadonlyMap<string, Manifest> {
  const found = new Map<string, Manifest>();
  for (const node of existsSync(store) ? readdirSync(store) : []) {
    const file = join(store, node, "latest", "manifest.json");
    if (!node.startsWith(".") && existsSync(file))
      found.set(node, JSON.parse(readFileSync(file, "utf8")));
  }
  return found;
}

/** Checks every file of every artifact against its manifest, byte by byte; gives the nodes that have one. */
export function expectWhole(store: string): readonly string[] {
  for (const node of readdirSync(store).filter((name) => !name.startsWith("."))) {
    for (const name of readdirSync(join(store, node)).filter((each) => each !== "latest")) {
      const folder = join(store, node, name);
      const manifest: Manifest = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
      expect([manifest.node, manifest.fingerprint]).toEqual([node, name]);
      for (const { file, bytes, digest } of partsOf(manifest)) {
        const path = join(folder, file);
        expect(statSync(path).size, path).toBe(bytes);
        expect(createHash("sha256").update(readFileSync(path)).digest("hex"), path).toBe(digest);
      }
    }
  }
  return [...manifests(store).keys()];
}

/** Every part of a manifest, or those of one output. */
export function partsOf({ partitions }: Manifest, output?: string) {
  return partitions.flatMap(({ outputs }) =>
    output === undefined ? Object.values(outputs).flat() : (outputs[output] ?? []),
  );
}

/** Digest of every output of every node, by `node.output`. */
export function outputDigests(store: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...manifests(store)].flatMap(([node, { outputs }]) =>
      Object.entries(outputs).map(([output, { digest }]) => [`${node}.${output}`, digest]),
    ),
  );
}
