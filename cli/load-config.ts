import { existsSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { EXIT, type Pipeline, PipelineError } from "../engine/index.ts";

/** A config that was loaded and where its artifacts go. */
export interface LoadedConfig {
  readonly pipeline: Pipeline;
  /** Absolute path of the config. */
  readonly file: string;
  /** Absolute path of the store. */
  readonly store: string;
}

export interface ConfigOptions {
  /** Relative to the current folder. */
  readonly config?: string;
  readonly store?: string;
}

const NAMES = ["ts", "mts", "js", "mjs"].map((extension) => `pipeline.config.${extension}`);
const EXAMPLE = `make one, such as:
  import { definePipeline, ingest, text } from "albert-pipeline";
  const { documents } = ingest({}, { sources: [text({ files: "texts/*.txt" })] });
  export default definePipeline({ name: "mine", seed: 1, outputs: { documents } });
or name one with --config FILE`;

/**
 * Loads the pipeline that a config exports. The current folder becomes the config's, so that relative paths in it
 * mean the same from everywhere. Throws a PipelineError (exit 2) where there is no config or it is wrong.
 */
export async function loadConfig(cwd: string, options: ConfigOptions): Promise<LoadedConfig> {
  const file = findConfig(cwd, options.config);
  const folder = dirname(file);
  const store =
    options.store === undefined ? defaultStore(cwd, folder) : resolve(cwd, options.store);
  process.chdir(folder);
  const exported = await importDefault(file);
  if (!isPipeline(exported))
    throw new PipelineError(`${basename(file)} does not export a pipeline`, {
      where: file,
      expected: "export default definePipeline({ … })",
      got:
        exported === undefined
          ? "no default export"
          : `a default export of type ${typeOf(exported)}`,
      exitCode: EXIT.usage,
    });
  return { pipeline: exported, file, store };
}

/** One store for all configs below the current folder, so that they share stages; beside a config elsewhere. */
export function defaultStore(cwd: string, folder: string): string {
  const outside = relative(cwd, folder).split(sep)[0] === ".." || isAbsolute(relative(cwd, folder));
  return join(outside ? folder : cwd, "artifacts");
}

function findConfig(cwd: string, named: string | undefined): string {
  if (named !== undefined) {
    const file = resolve(cwd, named);
    if (existsSync(file) && statSync(file).isFile()) return file;
    throw new PipelineError("there is no such config", {
      where: file,
      hint: EXAMPLE,
      exitCode: EXIT.usage,
    });
  }
  const found = NAMES.map((name) => join(cwd, name)).find((file) => existsSync(file));
  if (found !== undefined) return found;
  throw new PipelineError("there is no pipeline.config.ts here", {
    where: cwd,
    hint: EXAMPLE,
    exitCode: EXIT.usage,
  });
}

async function importDefault(file: string): Promise<unknown> {
  if (/\.m?ts$/.test(file)) {
    const { readTypeScript } = await import("../lib/typescript.ts");
    await readTypeScript(pathToFileURL(file).href);
  }
  try {
    const module: { readonly default?: unknown } = await import(pathToFileURL(file).href);
    return module.default;
  } catch (error) {
    if (error instanceof Error && error.name === "PipelineError") throw error;
    const { configError } = await import("./config-error.ts");
    throw await configError(file, error);
  }
}

/** By its shape: a config may hold another copy of this package than the command line. */
function isPipeline(value: unknown): value is Pipeline {
  if (typeof value !== "object" || value === null) return false;
  const { name, nodes, outputs, withParams } = value as Partial<Record<keyof Pipeline, unknown>>;
  return (
    typeof name === "string" &&
    Array.isArray(nodes) &&
    typeof outputs === "object" &&
    typeof withParams === "function"
  );
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}
