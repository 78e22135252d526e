import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Plugin } from "esbuild";
import {
  type FileStamp,
  isUntouched,
  loadCache,
  saveCache,
  stampOf,
  touchedSince,
} from "../file-stamp.ts";

const require = createRequire(import.meta.url);
const WORKER = new URL("./worker.ts", import.meta.url);
/** The checkout: what lies outside may count on being loaded from where it lies. */
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** Code that is run lies where code lies, not in a store, which one may have been given by others. */
const CACHE = join(ROOT, "node_modules", ".cache", "albert-pipeline", "workers");
/** How long a build is kept after its last use began: a training may take days, and loads code until it ends. */
const KEPT_MS = 14 * 24 * 3600 * 1000;
/** Names of files within a build, and what has to be built again when this code changes. */
const VERSION = 2;

/** A worker's code in few files of JavaScript: a thread loads it in a third of the time that its sources take. */
export interface WorkerBundle {
  /** URL of what `worker.ts` became. */
  readonly worker: string;
  /** URL of what each stage's module became, by the module's own. */
  readonly modules: Readonly<Record<string, string>>;
}

/** A build that is there already: it holds while none of its files was touched. */
interface Build {
  readonly folder: string;
  readonly files: readonly FileStamp[];
}

/**
 * The code of workers that run stages of these modules (URLs), built again where a source changed since. Undefined
 * where they are to be loaded from their sources: one lies outside this checkout, or they could not be built.
 */
export async function workerBundle(modules: readonly string[]): Promise<WorkerBundle | undefined> {
  const sorted = [...new Set(modules)].sort();
  if (!sorted.every(liesInside)) return undefined;
  try {
    const versions = ["esbuild", "zod"].map((name) => require(`${name}/package.json`).version);
    const key = hashOf([VERSION, ...versions, process.versions.node, ...sorted]);
    const folder = (await builtBefore(key)) ?? (await build(key, sorted));
    const url = (name: string) => pathToFileURL(join(CACHE, folder, `${name}.mjs`)).href;
    const built = sorted.map((module, index) => [module, url(`stage-${index}`)] as const);
    return { worker: url("worker"), modules: Object.fromEntries(built) };
  } catch {
    // A worker that loads the sources says what is wrong with them.
    return undefined;
  }
}

function liesInside(module: string): boolean {
  if (!module.startsWith("file:")) return false;
  const below = relative(ROOT, fileURLToPath(module));
  return !below.startsWith("..") && !below.split(sep).includes("node_modules");
}

function hashOf(values: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(values)).digest("hex").slice(0, 32);
}

async function builtBefore(key: string): Promise<string | undefined> {
  const { build } = await loadCache<Build>(join(CACHE, `${key}.json`));
  if (build === undefined || build.files.length === 0) return undefined;
  const untouched = await Promise.all(build.files.map(isUntouched));
  if (!untouched.every(Boolean)) return undefined;
  return (await markUsed(join(CACHE, build.folder))) ? build.folder : undefined;
}

/** Builds into a folder of its own, named by content; gives its name. */
async function build(key: string, modules: readonly string[]): Promise<string> {
  const esbuild = await import("esbuild");
  const started = Date.now();
  await mkdir(CACHE, { recursive: true });
  const draft = await mkdtemp(join(CACHE, "draft-"));
  try {
    const inputs = new Set<string>();
    const threads = new Map<string, string>();
    const threadOf = (module: string) => {
      const out = `thread-${hashOf([relative(ROOT, module)])}`;
      threads.set(out, module);
      return out;
    };
    const bundle = async (entryPoints: { in: string; out: string }[]): Promise<void> => {
      const options = { ...OPTIONS, entryPoints, outdir: draft };
      const plugins = [packagesExternal, ownUrls(threadOf)];
      const { metafile } = await esbuild.build({ ...options, plugins });
      for (const path of Object.keys(metafile.inputs)) inputs.add(path);
    };
    await bundle([
      { in: fileURLToPath(WORKER), out: "worker" },
      ...modules.map((module, index) => ({ in: fileURLToPath(module), out: `stage-${index}` })),
    ]);
    // Grows while it is gone through, where a thread starts others.
    for (const [out, module] of threads) await bundle([{ in: module, out }]);
    const own = [...inputs].filter((path) => !path.includes("node_modules/"));
    const files = await Promise.all(own.map((path) => stampOf(resolve(ROOT, path))));
    const names = (await readdir(draft)).sort();
    const contents = await Promise.all(names.map((name) => readFile(join(draft, name), "utf8")));
    const folder = hashOf([names, contents]);
    await settle(draft, folder);
    const racy = files.some((file) => touchedSince(file, started));
    await saveCache(join(CACHE, `${key}.json`), { build: { folder, files: racy ? [] : files } });
    await sweep();
    return folder;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Gives a build its name, by which another process may have built the same. */
async function settle(draft: string, folder: string): Promise<void> {
  const place = join(CACHE, folder);
  try {
    await rename(draft, place);
  } catch (error) {
    if (!(await markUsed(place))) throw error;
  }
}

/** Whether a build is there; if so it is kept for longer. */
async function markUsed(place: string): Promise<boolean> {
  const now = new Date();
  return utimes(place, now, now).then(
    () => true,
    () => false,
  );
}

/** Removes what no process can be running any more. */
async function sweep(): Promise<void> {
  const entries = await Promise.all(
    (await readdir(CACHE)).map(async (name) => {
      const path = join(CACHE, name);
      return { path, time: (await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now() };
    }),
  );
  const old = entries.filter(({ time }) => time < Date.now() - KEPT_MS);
  await Promise.all(old.map(({ path }) => rm(path, { recursive: true, force: true })));
}

const URL_OF_MODULE = "__url_of_module";

const OPTIONS = {
  absWorkingDir: ROOT,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  metafile: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: `node${process.versions.node}`,
  sourcemap: "inline",
  sourcesContent: false,
  define: { "import.meta.url": URL_OF_MODULE },
  logLevel: "silent",
  tsconfigRaw: {},
} as const;

/** Packages stay where they are, but for zod, which is a hundred small files that each stage needs. */
const packagesExternal: Plugin = {
  name: "packages-external",
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === "entry-point" || /^zod(\/|$)/.test(path) ? undefined : { path, external: true },
    );
  },
};

/** Where a module starts a thread; see `startThread`. */
const STARTED =
  /\bstartThread\(\s*new URL\("(\.\/[\w-]+)", import\.meta\.url\),\s*import\.meta\.url,?\s*\)/g;

/**
 * Gives each module the URL that it has as a source, from which it finds packages and files beside it, but for the
 * threads that it starts: of those `threadOf` gives the name within the build, without its extension.
 */
const ownUrls = (threadOf: (module: string) => string): Plugin => ({
  name: "own-urls",
  setup(build) {
    build.onLoad({ filter: /\.[cm]?[jt]sx?$/ }, async ({ path }) => {
      if (path.includes(`${sep}node_modules${sep}`)) return undefined;
      let source = await readFile(path, "utf8");
      for (const [started, module] of source.matchAll(STARTED)) {
        const thread = threadOf(resolve(dirname(path), `${module}.ts`));
        const url = `import.meta.resolve("./${thread}.mjs")`;
        source = source.replace(started, `startThread(new URL(${url}))`);
      }
      // On the first line, so that the others keep their numbers.
      const url = JSON.stringify(pathToFileURL(path).href);
      const contents = `const ${URL_OF_MODULE} = ${url}; ${source}`;
      const loader = path.endsWith("x") ? "tsx" : /\.[cm]?ts$/.test(path) ? "ts" : "js";
      return { contents, loader, resolveDir: dirname(path) };
    });
  },
});
