import { readFileSync } from "node:fs";
import { register } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

let readsTypeScript = false;
let readsModules = false;

/**
 * Makes `import()` read a TypeScript file (its `file:` URL) and what it imports. Where this package itself runs from
 * TypeScript sources that has been seen to already; the compiled one does it only for those who need it.
 */
export async function readTypeScript(url: string): Promise<void> {
  if (!readsTypeScript && !import.meta.url.endsWith(".ts")) {
    const tsx = await import("tsx/esm/api");
    tsx.register();
  }
  readsTypeScript = true;
  if (readsModules || isModule(fileURLToPath(url))) return;
  readsModules = true;
  register(new URL(`data:text/javascript,${encodeURIComponent(MODULES_ONLY)}`));
}

/** Whether the package.json above a file, or its name, says that it is an ES module. */
function isModule(file: string): boolean {
  if (file.endsWith(".mts")) return true;
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    try {
      return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).type === "module";
    } catch {
      if (folder === dirname(folder)) return false;
    }
  }
}

/**
 * A config and what it imports are ES modules, as this package is, even where the package.json above them does not
 * say so: as CommonJS they would get a second copy of this package. Costs time for each module, so it is not always on.
 */
const MODULES_ONLY = `
export async function resolve(specifier, context, next) {
  const found = await next(specifier, context);
  const typescript = /^file:.*\\.tsx?(\\?|$)/.test(found.url) && !found.url.includes("/node_modules/");
  return typescript ? { ...found, format: "module" } : found;
}`;
