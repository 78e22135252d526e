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
  // tsx has to be registered in each thread before its first module is loaded.
  const start = `
    const [tsx, module] = require("node:worker_threads").workerData;
    import(tsx).then(({ register }) => { register(); return import(module); });`;
  const workerData = [import.meta.resolve("tsx/esm/api"), `${module.href}.ts`];
  return new Worker(start, { execArgv: [], eval: true, workerData });
}
