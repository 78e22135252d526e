import { readFileSync } from "node:fs";

/** This package's version. Sources and compiled files lie at different depths below its package.json. */
export function ownVersion(): string {
  for (const up of ["../package.json", "../../package.json"]) {
    const found = readName(new URL(up, import.meta.url));
    if (found?.name === "albert-pipeline") return found.version;
  }
  throw new Error("no package.json of albert-pipeline above cli/");
}

function readName(url: URL): { name: string; version: string } | undefined {
  try {
    return JSON.parse(readFileSync(url, "utf8"));
  } catch {
    return undefined;
  }
}
