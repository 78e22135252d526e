import { Worker } from "node:worker_threads";

/**
 * Starts a worker thread on a module of ours, named by its URL without an extension: on the TypeScript source where
 * `caller`, the `import.meta.url` of the module that calls, is one, else on what it was compiled to. Both arguments have to
 * be written out where this is called: the engine, when it builds a worker's code, builds the thread's with it and puts
 * its whole URL in their place.
 */
export function startThread(module: URL, caller?: string): Worker {
  if (caller === undefined) return new Worker(module, { execArgv: [] });
  if (!caller.endsWith(".ts")) return new Worker(new URL(`${module.href}.js`), { execArgv: [] });
  return new Worker(importing(module, caller), { execArgv: [], eval: true });
}

/** JavaScript that imports a module of ours, named as for `startThread`, in a thread or process that has just begun. */
export function importing(module: URL, caller: string): string {
  const imported = (url: string) => `import(${JSON.stringify(url)})`;
  if (!caller.endsWith(".ts")) return imported(`${module.href}.js`);
  // tsx has to be registered before the first module is loaded through it.
  const tsx = imported(import.meta.resolve("tsx/esm/api"));
  return `${tsx}.then(({ register }) => { register(); return ${imported(`${module.href}.ts`)}; })`;
}
