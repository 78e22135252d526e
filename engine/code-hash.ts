import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { builtinModules } from "node:module";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Metafile, Plugin } from "esbuild";
import { PipelineError } from "./error.ts";
import {
  type FileStamp,
  isUntouched,
  loadCache,
  saveCache,
  stampOf,
  touchedSince,
} from "./file-stamp.ts";

/** Code of the engine does not count: a stage's result follows from what the stage says. */
const ENGINE = dirname(fileURLToPath(import.meta.url));

interface CachedHash {
  readonly hash: string;
  /** Every file that the hash came from: while none was touched, it holds. */
  readonly files: readonly FileStamp[];
}

/**
 * Hashes of stage modules with all that they import: local code stripped of comments, types and layout, and
 * the versions of packages. Kept in `cacheFile`, by which an unchanged module costs a `stat` for each of its files.
 */
export class CodeHashes {
  readonly #cacheFile: string;
  readonly #hashes = new Map<string, Promise<CachedHash>>();
  #cache: Promise<Record<string, CachedHash>> | undefined;
  #changed = false;

  constructor(cacheFile: string) {
    this.#cacheFile = cacheFile;
  }

  /** sha256, hex, of the module that `url` (a stage's `import.meta.url`) names. */
  async of(url: string): Promise<string> {
    const module = fileURLToPath(url);
    const known = this.#hashes.get(module) ?? this.#hash(module);
    this.#hashes.set(module, known);
    return (await known).hash;
  }

  /** Keeps what was hashed for the next process. */
  async save(): Promise<void> {
    if (!this.#changed) return;
    const entries = { ...(await this.#cached()) };
    for (const [module, hash] of this.#hashes) entries[module] = await hash;
    await saveCache(this.#cacheFile, entries);
  }

  async #hash(module: string): Promise<CachedHash> {
    const cached = (await this.#cached())[module];
    if (cached !== undefined && (await untouched(cached.files))) return cached;
    const started = Date.now();
    const bundle = await bundled(module);
    const files = await Promise.all(bundle.files.map(stampOf));
    if (files.some((file) => touchedSince(file, started))) return { hash: bundle.hash, files: [] };
    this.#changed = true;
    return { hash: bundle.hash, files };
  }

  #cached(): Promise<Record<string, CachedHash>> {
    this.#cache ??= loadCache<CachedHash>(this.#cacheFile);
    return this.#cache;
  }
}

async function untouched(files: readonly FileStamp[]): Promise<boolean> {
  if (files.length === 0) return false;
  return (await Promise.all(files.map(isUntouched))).every(Boolean);
}

async function bundled(module: string): Promise<{ hash: string; files: readonly string[] }> {
  const { build } = await import("esbuild");
  const root = dirname(module);
  const result = await build({
    entryPoints: [module],
    absWorkingDir: root,
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "node",
    target: "esnext",
    packages: "external",
    legalComments: "none",
    minifyWhitespace: true,
    logLevel: "silent",
    tsconfigRaw: {},
    plugins: [engineExternal],
  }).catch((cause: unknown) => {
    throw new PipelineError(`the code of ${module} cannot be read`, {
      where: module,
      got: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  });
  const packages = await externalPackages(result.metafile, root);
  const hash = createHash("sha256").update(result.outputFiles[0]!.text);
  for (const { name, version } of packages) hash.update(`\0${name}@${version}`);
  const sources = Object.keys(result.metafile.inputs).map((path) => resolve(root, path));
  return {
    hash: hash.digest("hex"),
    files: [...sources, ...packages.flatMap(({ manifest }) => manifest ?? [])],
  };
}

const engineExternal: Plugin = {
  name: "engine-external",
  setup(build) {
    build.onResolve({ filter: /^\.{0,2}\// }, ({ path, resolveDir, kind }) => {
      if (kind === "entry-point") return undefined;
      const inside = relative(ENGINE, resolve(resolveDir, path));
      if (inside === ".." || inside.startsWith(`..${sep}`) || isAbsolute(inside)) return undefined;
      return { path: "engine", external: true, sideEffects: false };
    });
  },
};

interface ExternalPackage {
  readonly name: string;
  readonly version: string;
  /** Path of its package.json; undefined where the package is not installed. */
  readonly manifest: string | undefined;
}

/** The packages that the bundle imports, sorted by name. */
async function externalPackages(
  metafile: Metafile,
  root: string,
): Promise<readonly ExternalPackage[]> {
  const packages = new Map<string, Promise<ExternalPackage>>();
  for (const [input, { imports }] of Object.entries(metafile.inputs)) {
    for (const { path, external } of imports) {
      if (external !== true || path === "engine" || isBuiltin(path)) continue;
      const name = path
        .split("/")
        .slice(0, path.startsWith("@") ? 2 : 1)
        .join("/");
      if (!packages.has(name)) packages.set(name, installed(name, dirname(resolve(root, input))));
    }
  }
  const found = await Promise.all(packages.values());
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function isBuiltin(path: string): boolean {
  return path.startsWith("node:") || builtinModules.includes(path);
}

/** Looks a package up as Node does: in each `node_modules` from a folder upwards. */
async function installed(name: string, from: string): Promise<ExternalPackage> {
  for (let folder = from; ; folder = dirname(folder)) {
    const manifest = join(folder, "node_modules", name, "package.json");
    const text = await readFile(manifest, "utf8").catch(() => undefined);
    if (text !== undefined)
      return { name, manifest, version: (JSON.parse(text) as { version: string }).version };
    if (folder === dirname(folder)) return { name, manifest: undefined, version: "absent" };
  }
}
