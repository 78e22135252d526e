import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import type { Bench } from "./result.ts";

/** `npm run bench -- NAME [args]` runs bench/NAME.ts, which exports `run`; the last line printed is the result as JSON. */
async function main([name, ...args]: readonly string[]): Promise<number> {
  const file = new URL(`./${name}.ts`, import.meta.url);
  const module = name && existsSync(file) ? await import(file.href) : {};
  if (typeof module.run !== "function") {
    console.error(`usage: npm run bench -- NAME\nbenches: ${(await names()).join(", ")}`);
    return 2;
  }
  try {
    console.log(JSON.stringify(await (module.run as Bench)(args)));
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  }
}

/** Names of the files here that are benches. */
async function names(): Promise<string[]> {
  const found: string[] = [];
  for (const file of (await readdir(new URL(".", import.meta.url))).sort()) {
    if (!file.endsWith(".ts") || file === "main.ts") continue;
    const module = await import(new URL(file, import.meta.url).href);
    if (typeof module.run === "function") found.push(file.slice(0, -".ts".length));
  }
  return found;
}

process.exitCode = await main(process.argv.slice(2));
