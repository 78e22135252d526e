import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const bin = join(import.meta.dirname, "../../bin/pipeline.js");
const many = join(import.meta.dirname, "many.ts");
const tsconfig = join(import.meta.dirname, "../../tsconfig.json");
const tsx = import.meta.resolve("tsx");
const stages = pathToFileURL(join(import.meta.dirname, "stages.ts")).href;
const engine = pathToFileURL(join(import.meta.dirname, "../../engine/index.ts")).href;

/** What a command left behind. */
export interface Left {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder with a config, and `pipeline` as a child process in it. */
export class CliRig implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), "pipeline-cli-"));

  /** Writes a file and gives its path. */
  file(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }

  /** Writes a pipeline of `read`, `pieces`, `pairs` and `score` over the named files; `more` goes before the export. */
  config(files: readonly string[], more = "", outputs = "scores, text"): void {
    const paths = JSON.stringify(files.map((name) => join(this.folder, name)));
    this.file(
      "pipeline.config.ts",
      `import { definePipeline } from ${JSON.stringify(engine)};
import { pairs, pieces, read, score, wait } from ${JSON.stringify(stages)};
const { text } = read({}, { files: ${paths} as string[] });
const { tokenizer } = pieces({}, {});
const { examples } = pairs({ text, tokenizer }, {});
const { scores } = score({ examples }, {});
${more}
export default definePipeline({ name: "toy", seed: 7, outputs: { ${outputs} } });
`,
    );
  }

  start(...args: readonly string[]): ChildProcess {
    const { CI: _ci, GITHUB_ACTIONS: _actions, ...env } = process.env;
    return spawn(process.execPath, [bin, ...args], {
      cwd: this.folder,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  async run(...args: readonly string[]): Promise<Left> {
    return ended(this.start(...args));
  }

  /** Runs commands one after the other in a single process that does not end with them. */
  async each(commands: readonly (readonly string[])[]): Promise<readonly Left[]> {
    const child = spawn(process.execPath, ["--import", tsx, many, JSON.stringify(commands)], {
      cwd: this.folder,
      env: { ...process.env, TSX_TSCONFIG_PATH: tsconfig },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const { stdout, stderr } = await ended(child);
    const last = stdout.trimEnd().split("\n").at(-1)!;
    if (!last.startsWith("[")) throw new Error(`${stdout}\n${stderr}`);
    return JSON.parse(last);
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Waits for a process and for all that it says. */
export function ended(child: ChildProcess): Promise<Left> {
  let stdout = "";
  let stderr = "";
  child.stdout!.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr!.on("data", (chunk) => {
    stderr += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status, signal) => resolve({ status, signal, stdout, stderr }));
  });
}
