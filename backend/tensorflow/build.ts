import { spawn } from "node:child_process";
import { createWriteStream, existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { builtFolder } from "./built.ts";
import type { TensorflowLibrary } from "./library.ts";
import { TENSORFLOW_PACKAGES, TFJS_VERSION } from "./packages.ts";

const [PACKAGE] = TENSORFLOW_PACKAGES;
const NODE_GYP = "^11.5.0";
/** The Node-API level of the prebuilt addons, which Node 20, 22 and 24 all have. */
const NAPI = 8;
const LAST_LINES = 15;

const PROVE = `
const util = require("node:util");
Object.assign(util, { isNullOrUndefined: (value) => value == null, isArray: Array.isArray });
const tf = require(${JSON.stringify(PACKAGE)});
const { binding, isUsingGpuDevice } = tf.findBackend("tensorflow");
if (tf.add(1, 1).dataSync()[0] !== 2) throw new Error("1 + 1 is not 2");
process.stdout.write("\\nTensorFlow " + binding.TF_Version + ", " + (isUsingGpuDevice ? "GPU" : "CPU"));
`;

/**
 * Builds the addon of tfjs's Node package from that package's own sources against a TensorFlow, into the user's cache,
 * in place of what was built there before. `report` is told each step. Returns what the result says of itself; throws an Error
 * with the failed step's last lines and the place of its log. Needs npm with its registry, a C++ compiler, make and
 * Python, which node-gyp needs.
 */
export async function buildBindings(
  library: TensorflowLibrary,
  report: (step: string) => void,
): Promise<string> {
  if (process.platform !== "linux")
    throw new Error(`the addon can be built on Linux only; this is ${process.platform}`);
  const folder = builtFolder();
  const work = `${folder}.building-${process.pid}`;
  const log = `${folder}.log`;
  await mkdir(work, { recursive: true });
  try {
    report(`installs ${PACKAGE} ${TFJS_VERSION} without its download`);
    const dependencies = { [PACKAGE]: TFJS_VERSION, "node-gyp": NODE_GYP };
    await writeFile(
      join(work, "package.json"),
      JSON.stringify({ private: true, dependencies }, null, 2),
    );
    const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"];
    await run("npm", ["install", ...quiet], work, log);

    report(`compiles its addon against ${library.folder}`);
    const sources = join(work, "node_modules", PACKAGE);
    await linkLibrary(library, join(sources, "deps"));
    const gyp = join(work, "node_modules", "node-gyp", "bin", "node-gyp.js");
    const compiled = join(sources, "lib", `napi-v${NAPI}`);
    const variables = [
      "--module_name=tfjs_binding",
      `--module_path=${compiled}`,
      `--napi_build_version=${NAPI}`,
    ];
    // The libraries are found where they are, so that they in turn find CUDA's beside them.
    const LDFLAGS = `${process.env["LDFLAGS"] ?? ""} -Wl,-rpath,${library.folder}`.trim();
    await run(process.execPath, [gyp, "rebuild", ...headers(), ...variables], sources, log, {
      LDFLAGS,
    });

    report("tries it");
    const said = await run(process.execPath, ["-e", PROVE], work, log, {
      TF_CPP_MIN_LOG_LEVEL: "2",
    });
    await rm(folder, { recursive: true, force: true });
    await rename(work, folder);
    return said.split("\n").at(-1)!;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** The names under which the package's binding.gyp wants them. */
async function linkLibrary(library: TensorflowLibrary, deps: string): Promise<void> {
  await mkdir(join(deps, "lib"), { recursive: true });
  await symlink(library.include, join(deps, "include"));
  await symlink(join(library.folder, library.core), join(deps, "lib", "libtensorflow.so"));
  await symlink(
    join(library.folder, library.framework),
    join(deps, "lib", "libtensorflow_framework.so"),
  );
}

/** Node's own headers where they are installed with it, which saves node-gyp a download. */
function headers(): string[] {
  const prefix = dirname(dirname(process.execPath));
  return existsSync(join(prefix, "include", "node", "node_api.h")) ? [`--nodedir=${prefix}`] : [];
}

/** Runs a command with its output in a log; resolves with standard output. */
async function run(
  command: string,
  args: readonly string[],
  cwd: string,
  log: string,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const file = createWriteStream(log);
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  child.stdout.on("data", (bytes: Buffer) => {
    said += bytes.toString("utf8");
    file.write(bytes);
  });
  child.stderr.on("data", (bytes: Buffer) => file.write(bytes));
  const code = await new Promise<number | string>((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code, signal) => resolve(code ?? signal ?? "an unknown end"));
  });
  await new Promise((resolve) => file.end(resolve));
  if (code === 0) return said;
  const tail = (await readFile(log, "utf8")).trimEnd().split("\n").slice(-LAST_LINES);
  throw new Error(
    `${command} ${args[0]} ended with ${code}; the whole log is ${log}:\n${tail.join("\n")}`,
  );
}
