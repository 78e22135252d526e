import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { workerBundle } from "../../engine/schedule/worker-bundle.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** A module that says where it is from; what `value` reads is imported from beside it. */
async function writeModule(parent: string, value: string): Promise<URL> {
  const folder = await mkdtemp(join(parent, "worker-bundle-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "value.ts"), `export const value: string = ${value};`);
  const source = `
    import { z } from "zod";
    import { PipelineError } from "${pathToFileURL(ROOT).pathname}engine/index.ts";
    import { value } from "./value.ts";
    export const url = import.meta.url;
    export const quoted = "import.meta.url";
    export const late = async () => (await import("./value.ts")).value;
    export const error = () => {
      throw new PipelineError(z.string().parse(value));
    };
  `;
  const module = join(folder, "module.ts");
  await writeFile(module, source);
  // What was written this moment may be written again without its times telling.
  await setTimeout(50);
  return pathToFileURL(module);
}

/** Below the checkout, where git does not look. */
const inside = () => writeModule(join(ROOT, "artifacts"), '"first"');

test("modules of this checkout are built once, and know where they are from", async () => {
  const { href } = await inside();
  const bundle = await workerBundle([href]);
  const built = await import(bundle!.modules[href]!);
  expect(built).toMatchObject({ url: href, quoted: "import.meta.url" });
  expect(await built.late()).toBe("first");
  expect(built.error).toThrow("first");
  expect(await workerBundle([href])).toEqual(bundle);
});

test("they are built again when a file that they import has changed, or the build is gone", async () => {
  const url = await inside();
  const bundle = await workerBundle([url.href]);
  await writeFile(new URL("value.ts", url), 'export const value: string = "second";');
  await setTimeout(50);
  const again = await workerBundle([url.href]);
  expect(again).not.toEqual(bundle);
  expect(await (await import(again!.modules[url.href]!)).late()).toBe("second");
  await rm(dirname(fileURLToPath(again!.worker)), { recursive: true });
  expect(await workerBundle([url.href])).toEqual(again);
  expect(await (await import(`${again!.modules[url.href]}?again`)).late()).toBe("second");
});

test("a thread that a module starts is built with it", async () => {
  const folder = await mkdtemp(join(ROOT, "artifacts", "worker-bundle-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const write = (name: string, source: string) => writeFile(join(folder, `${name}.ts`), source);
  const library = pathToFileURL(ROOT).pathname;
  await write(
    "module",
    `import { once } from "node:events";
     import { startThread } from "${library}lib/start-thread.ts";
     export const ask = async () => {
       const thread = startThread(
         new URL("./door", import.meta.url),
         import.meta.url,
       );
       const [answer] = await once(thread, "message");
       await thread.terminate();
       return answer;
     };`,
  );
  await write("value", 'export const value: string = "first";');
  await write(
    "door",
    `import { parentPort } from "node:worker_threads";
     import { value } from "./value.ts";
     import "./module.ts";
     parentPort!.postMessage({ value, url: import.meta.url, runs: process.argv[1] });`,
  );
  await setTimeout(50);
  const { href } = pathToFileURL(join(folder, "module.ts"));
  const asked = async () => {
    const bundle = await workerBundle([href]);
    return { bundle, answer: await (await import(bundle!.modules[href]!)).ask() };
  };
  const { bundle, answer } = await asked();
  expect(answer.value).toBe("first");
  expect(answer.url).toBe(pathToFileURL(join(folder, "door.ts")).href);
  expect(answer.runs.startsWith(dirname(fileURLToPath(bundle!.worker)))).toBe(true);
  await write("value", 'export const value: string = "second";');
  await setTimeout(50);
  expect((await asked()).answer.value).toBe("second");
});

test("several processes may build at once", async () => {
  const { href } = await inside();
  const bundles = await Promise.all(Array.from({ length: 4 }, () => workerBundle([href])));
  expect(bundles[0]).toBeDefined();
  expect(new Set(bundles.map((bundle) => JSON.stringify(bundle))).size).toBe(1);
});

test("a module from elsewhere, or a broken one, is left to its sources", async () => {
  const { href } = await inside();
  const outside = await writeModule(tmpdir(), '"outside"');
  expect(await workerBundle([href, outside.href])).toBeUndefined();
  const broken = await writeModule(join(ROOT, "artifacts"), "(");
  expect(await workerBundle([href, broken.href])).toBeUndefined();
});
