import { register } from "node:module";

let registered = false;

/**
 * Makes `import()` read TypeScript. Where the command line itself runs from TypeScript sources this has been done
 * already; an installed package does it only for a config that needs it.
 */
export async function readTypeScript(): Promise<void> {
  if (registered) return;
  registered = true;
  if (!import.meta.url.endsWith(".ts")) {
    const tsx = await import("tsx/esm/api");
    tsx.register();
  }
  register(new URL(`data:text/javascript,${encodeURIComponent(MODULES_ONLY)}`));
}

/**
 * A config and what it imports are ES modules, as this package is, even where the package.json above them does not
 * say so: as CommonJS they would get a second copy of this package.
 */
const MODULES_ONLY = `
export async function resolve(specifier, context, next) {
  const found = await next(specifier, context);
  const typescript = /^file:.*\\.tsx?(\\?|$)/.test(found.url) && !found.url.includes("/node_modules/");
  return typescript ? { ...found, format: "module" } : found;
}`;
