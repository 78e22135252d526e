#!/usr/bin/env node
import { existsSync } from "node:fs";
import module from "node:module";
import { fileURLToPath } from "node:url";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 10)) {
  process.stderr.write(`albert-pipeline needs Node 20.10 or newer; this is ${process.version}\n`);
  process.exit(2);
}
module.enableCompileCache?.();

const source = new URL("../cli/main.ts", import.meta.url);
const inCheckout = existsSync(source);
if (inCheckout) {
  // Loaded first, so that its hundred files do not pass through the hooks that tsx registers.
  const [{ register }] = await Promise.all([import("tsx/esm/api"), import("zod")]);
  register({ tsconfig: fileURLToPath(new URL("../tsconfig.json", import.meta.url)) });
}
const { main } = await import(
  inCheckout ? source.href : new URL("../dist/cli/main.js", import.meta.url).href
);
process.exitCode = await main(process.argv.slice(2));
