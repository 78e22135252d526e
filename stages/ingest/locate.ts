import { access, stat } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { escapePath, glob, isDynamicPattern } from "tinyglobby";
import { PipelineError, type SourceFile } from "../../engine/index.ts";
import { declaredFiles } from "./downloads.ts";
import { keyStem } from "./keys.ts";
import type { Source } from "./sources.ts";
import { watchfulFs } from "./watchful-fs.ts";

/**
 * The files of all sources, in the order of their names (by UTF-16 code unit). Throws a PipelineError where a
 * pattern finds nothing, a path is a folder, two files would share their documents' keys, or one cannot be read.
 */
export async function locate(sources: readonly Source[]): Promise<SourceFile[]> {
  const located = await Promise.all(sources.map(locateSource));
  const files = located.flat().sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  checkStems(files);
  for (const [index, source] of sources.entries()) {
    const lost = located[index]!.find((file) => sourceOf(sources, file.name) !== source);
    if (lost !== undefined) throw ambiguous(lost);
  }
  await Promise.all(files.map(checkReadable));
  return files;
}

/** The source that a file belongs to, by its name: the one whose own name is the longest that begins it. */
export function sourceOf(sources: readonly Source[], file: string): Source {
  let found: Source | undefined;
  for (const source of sources) {
    const owns = source.name === "" || file.startsWith(`${source.name}/`);
    if (owns && (found === undefined || source.name.length > found.name.length)) found = source;
  }
  if (found === undefined) throw new Error(`${file} belongs to no source`);
  return found;
}

async function locateSource(source: Source): Promise<SourceFile[]> {
  const { files } = source;
  if (files === undefined) return declaredFiles(source);
  const cwd = resolve(
    source.package === undefined ? "." : await packageFolder(source.package),
    source.cwd ?? "",
  );
  const patterns = [files].flat();
  const taken = patterns.filter((pattern) => !pattern.startsWith("!"));
  const ignore = patterns
    .filter((pattern) => pattern.startsWith("!"))
    .map((pattern) => divide(cwd, pattern.slice(1)));
  if (taken.length === 0)
    throw new PipelineError("a source takes out files and takes none in", {
      where: cwd,
      expected: "a pattern without a leading !",
      got: patterns.join(", "),
    });

  const paths = new Set<string>();
  const bases: string[] = [];
  for (const pattern of taken) {
    const divided = divide(cwd, pattern);
    bases.push(divided.base);
    for (const path of await match(divided, pattern, ignore, cwd)) paths.add(path);
  }
  const root = source.cwd === undefined ? commonFolder(bases) : cwd;
  return [...paths].map((path) => ({ path, name: nameOf(path, root, source.name) }));
}

/** The folder that a pattern names outright, and what is left to match below it. */
interface DividedPattern {
  readonly base: string;
  readonly rest: string;
}

function divide(cwd: string, pattern: string): DividedPattern {
  const segments = pattern.split("/");
  let fixed = 0;
  while (fixed < segments.length - 1 && !isDynamicPattern(segments[fixed]!)) fixed++;
  const folder = segments.slice(0, fixed).join("/");
  const base = resolve(cwd, folder === "" && pattern.startsWith("/") ? "/" : folder);
  return { base, rest: segments.slice(fixed).join("/") };
}

/** A pattern as it is written from a folder above its base. */
function patternFrom(root: string, { base, rest }: DividedPattern): string {
  const folders = relative(root, base).split(sep).join("/");
  return folders === "" ? rest : `${escapePath(folders)}/${rest}`;
}

async function match(
  { base, rest }: DividedPattern,
  pattern: string,
  ignore: readonly DividedPattern[],
  cwd: string,
): Promise<readonly string[]> {
  const literal = join(base, rest);
  const found = await stat(literal).catch(() => undefined);
  if (found?.isDirectory())
    throw new PipelineError(`${literal} is a folder`, {
      where: literal,
      expected: "a file, or a pattern that matches files",
      got: "a folder",
      hint: `name what to read in it, such as "${pattern.replace(/\/+$/, "")}/**/*.txt"`,
    });
  // A file whose name looks like a pattern is meant as it is written.
  const wanted = found === undefined ? rest : escapePath(rest);
  let unlisted: { readonly folder: string; readonly error: NodeJS.ErrnoException } | undefined;
  // All from one folder above them, since the glob misreads patterns that begin higher up than it does.
  const root = commonFolder([base, ...ignore.map((each) => each.base)]);
  const paths = await glob(patternFrom(root, { base, rest: wanted }), {
    cwd: root,
    absolute: true,
    expandDirectories: false,
    ignore: ignore.map((each) => patternFrom(root, each)),
    fs: watchfulFs((folder, error) => {
      unlisted ??= { folder: resolve(folder), error };
    }),
  });
  if (unlisted !== undefined) throw unreadable(unlisted.folder, unlisted.error);
  if (paths.length === 0)
    throw new PipelineError(`no file matches ${pattern}`, {
      where: base,
      expected: "at least one file",
      got: (await exists(base)) ? "none" : "a folder that does not exist",
      hint: `patterns are resolved from ${cwd}; check the path and its spelling`,
    });
  return paths.map((path) => resolve(path));
}

function nameOf(path: string, root: string, prefix: string): string {
  const below = relative(root, path);
  if (below.startsWith("..") || isAbsolute(below))
    throw new PipelineError(`${path} lies outside its source's folder`, {
      where: path,
      expected: `a file below ${root}`,
      hint: "set cwd to a folder that holds all of the source's files",
    });
  const name = below.split(sep).join("/");
  return prefix === "" ? name : `${prefix}/${name}`;
}

function commonFolder(folders: readonly string[]): string {
  return folders.reduce((common, folder) => {
    let shared = common;
    while (relative(shared, folder).startsWith("..")) shared = dirname(shared);
    return shared;
  });
}

/** Looks for a package as Node does, from the working folder and then from this module upwards. */
async function packageFolder(name: string): Promise<string> {
  for (const start of [process.cwd(), dirname(fileURLToPath(import.meta.url))]) {
    for (let folder = start; ; folder = dirname(folder)) {
      const candidate = join(folder, "node_modules", name);
      if (await exists(join(candidate, "package.json"))) return candidate;
      if (dirname(folder) === folder) break;
    }
  }
  throw new PipelineError(`the npm package ${name} is not installed`, {
    where: process.cwd(),
    expected: `${name} in node_modules, here or in a folder above`,
    got: "none",
    hint: `npm install --save-dev ${name}`,
  });
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function checkStems(files: readonly SourceFile[]): void {
  const seen = new Map<string, SourceFile>();
  for (const file of files) {
    const stem = keyStem(file.name);
    const other = seen.get(stem);
    if (other !== undefined)
      throw new PipelineError(`two files would give their documents the same key, ${stem}`, {
        where: file.path,
        expected: "names that differ by more than the extension",
        got: other.path,
        hint: "give each source a name of its own, or leave one of the files out",
      });
    seen.set(stem, file);
  }
}

function ambiguous(file: SourceFile): PipelineError {
  return new PipelineError(`${file.name} could belong to two sources`, {
    where: file.path,
    expected: "a source's name that is no folder of another source",
    hint: "give each source a name of its own",
  });
}

/** Without it the corpus would silently be a smaller one. */
function unreadable(path: string, cause: NodeJS.ErrnoException): PipelineError {
  return new PipelineError(`${path} cannot be read`, {
    where: path,
    expected: "to read all that a source's patterns match",
    got: cause.code === "ENOENT" ? "a link that leads nowhere" : (cause.code ?? cause.message),
    hint: "mend it, or take it out by a pattern with a leading !",
    cause,
  });
}

async function checkReadable({ path, digest }: SourceFile): Promise<void> {
  // A declared file may not be there yet.
  if (digest !== undefined) return;
  await stat(path).catch((error) => {
    throw unreadable(path, error);
  });
}
