import { statfs } from "node:fs/promises";
import { createRequire } from "node:module";
import { availableParallelism, cpus, freemem, totalmem } from "node:os";
import { dirname, join, resolve } from "node:path";
import { EXIT, type ExitCode } from "../engine/index.ts";
import { formatBytes } from "../lib/format.ts";
import { sanitize } from "../lib/sanitize.ts";
import { checkCount, parseArguments } from "./arguments.ts";
import { buildTensorflow } from "./build-tensorflow.ts";
import { type Command, pipelineOptions } from "./command.ts";
import { advise, type Findings } from "./doctor/advice.ts";
import { type Io, print } from "./io.ts";
import { ownVersion } from "./version.ts";

const options = {
  store: pipelineOptions.store,
  "build-tensorflow": {
    type: "boolean",
    description:
      "builds the bindings of the tensorflow backend against the TensorFlow at PATH (its folder, a virtual environment or a Python), or against that of the first Python that has one",
  },
} as const;
/** What this package was tried with; a newer Node may do as well. */
const TRIED = [20, 22, 24];
const PACKAGES = [
  "onnxruntime-node",
  "@tensorflow/tfjs-core",
  "@tensorflow/tfjs-node-gpu",
  "@tensorflow/tfjs-backend-webgpu",
  "webgpu",
  "apache-arrow",
  "parquet-wasm",
  "parquetjs-lite",
  "esbuild",
  "tsx",
  "ink",
] as const;

/** `pipeline doctor`: what this machine offers and what is missing. */
export const doctor: Command = {
  usage: "[--build-tensorflow [PATH]]",
  description:
    "Says whether Node is one that is supported, which backends can compute and why others cannot, and how many cores, how much memory and disk there are. Exits with 1 where a run could not work.",
  options,
  examples: [
    "pipeline doctor",
    "pipeline doctor --build-tensorflow",
    "pipeline doctor --build-tensorflow ~/venv",
  ],

  async run(args, io): Promise<ExitCode> {
    const { values, positionals } = parseArguments("doctor", args, options);
    const builds = values["build-tensorflow"] === true;
    checkCount("doctor", positionals, 0, builds ? 1 : 0, "one path at most");
    if (builds) await buildTensorflow(positionals[0], io);
    print(io, `albert-pipeline  ${ownVersion()}`);
    const node = nodeLine();
    print(io, `node             ${node.text}`);
    print(io, `platform         ${process.platform} ${process.arch}`);
    print(
      io,
      `cores            ${availableParallelism()} (${cpus()[0]?.model.trim() ?? "unknown"})`,
    );
    print(io, `memory           ${formatBytes(freemem())} free of ${formatBytes(totalmem())}`);
    const disk = await diskAt(resolve(io.cwd, values.store ?? "artifacts"));
    print(io, `disk             ${disk.text}`);
    const backends = await showBackends(io);
    print(io);
    print(io, "packages");
    for (const name of PACKAGES) print(io, `  ${name.padEnd(31)} ${installedVersion(name)}`);
    const advice = advise({
      nodeSupported: node.supported,
      memory: freemem(),
      disk: disk.free,
      backends,
    });
    if (advice.length > 0) print(io, "\nwhat to do");
    for (const line of advice) print(io, `  ${line}`);
    const usable = backends.some(({ available }) => available);
    return node.supported && usable ? EXIT.done : EXIT.failed;
  },
};

function nodeLine(): { readonly supported: boolean; readonly text: string } {
  const major = Number(process.versions.node.split(".")[0]);
  if (major < TRIED[0]!)
    return { supported: false, text: `${process.version}: needs ${TRIED[0]} or newer` };
  const tried = TRIED.includes(major) ? "supported" : `not tried; ${TRIED.join(", ")} are`;
  return { supported: true, text: `${process.version}: ${tried}` };
}

/** Free space where the store is, or where it would be made. */
async function diskAt(
  store: string,
): Promise<{ readonly free: number | undefined; readonly text: string }> {
  for (let folder = store; ; folder = dirname(folder)) {
    const disk = await statfs(folder).catch(() => undefined);
    if (disk !== undefined) {
      const free = disk.bavail * disk.bsize;
      const all = formatBytes(disk.blocks * disk.bsize);
      return { free, text: `${formatBytes(free)} free of ${all} at ${folder}` };
    }
    if (folder === dirname(folder)) return { free: undefined, text: `unknown at ${store}` };
  }
}

async function showBackends(io: Io): Promise<Findings["backends"]> {
  const { probeBackends } = await import("../backend/probe.ts");
  const { chooseBackend } = await import("../backend/select.ts");
  print(io);
  print(io, "backends");
  const probes = await probeBackends({ threads: availableParallelism() });
  for (const probe of probes) {
    const text = probe.available ? probe.detail : `not available: ${probe.detail}`;
    print(io, `  ${probe.name.padEnd(18)} ${sanitize(text)}`);
  }
  const { name, reason } = await chooseBackend();
  print(io, `  ${"auto".padEnd(18)} ${name}: ${sanitize(reason)}`);
  return probes;
}

/** A package's version as it would be loaded from here. */
function installedVersion(name: string): string {
  const require = createRequire(import.meta.url);
  for (const folder of require.resolve.paths(name) ?? []) {
    try {
      const { version } = require(join(folder, name, "package.json")) as { version: string };
      return version;
    } catch {
      // Not in this folder: the next one up may have it.
    }
  }
  return "not installed";
}
