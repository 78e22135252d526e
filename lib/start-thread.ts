import { Worker } from "node:worker_threads";

/**
 * Starts a worker thread on a module of ours, named without its extension (`new URL("./reader-thread", import.meta.url)`):
 * on the TypeScript source where `caller`, its `import.meta.url`, is one, else on what it was compiled to.
 */
export function startThread(module: URL, caller: string): Worker {
  if (!caller.endsWith(".ts")) return new Worker(new URL(`${module.href}.js`), { execArgv: [] });
  // tsx has to be registered in each thread before its first module is loaded.
  const start = `
    const [tsx, module] = require("node:worker_threads").workerData;
    import(tsx).then(({ register }) => { register(); return import(module); });`;
  const workerData = [import.meta.resolve("tsx/esm/api"), `${module.href}.ts`];
  return new Worker(start, { execArgv: [], eval: true, workerData });
}
