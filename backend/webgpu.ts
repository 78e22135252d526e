import * as tf from "@tensorflow/tfjs-core";
import type { Backend } from "./backend.ts";
import { firstLine } from "./first-line.ts";
import { NO_GPU } from "./no-gpu.ts";
import { eagerBackend } from "./tfjs.ts";
import { registerExactIntegers, type Util, type WebgpuBackend } from "./webgpu-integers.ts";

/** Packages that are installed by whoever wants this backend: together 150 MB, of use to machines with a GPU only. */
const DAWN = "webgpu";
const TFJS_BACKEND = "@tensorflow/tfjs-backend-webgpu";
// -O, because npm takes an optional peer that is not there for one that need not be installed.
const INSTALL = `npm install -O ${DAWN}@0.6.2 ${TFJS_BACKEND}@${tf.version_core}`;

interface AdapterInfo {
  readonly vendor: string;
  readonly architecture: string;
  readonly description: string;
  readonly isFallbackAdapter?: boolean;
}

interface Adapter {
  readonly info: AdapterInfo;
  readonly limits: Readonly<Record<string, number>>;
  requestDevice(descriptor: object): Promise<object>;
}

interface Dawn {
  readonly globals: object;
  create(options: readonly string[]): {
    requestAdapter(options: object): Promise<Adapter | null>;
  };
}

interface TfjsWebgpu {
  readonly WebGPUBackend: new (device: object, info: AdapterInfo) => WebgpuBackend;
  readonly webgpu_util: Util;
}

/** Limits that tfjs's kernels make use of; the others stay at what every device has. */
const RAISED = [
  "maxComputeWorkgroupStorageSize",
  "maxComputeWorkgroupsPerDimension",
  "maxStorageBufferBindingSize",
  "maxBufferSize",
  "maxComputeWorkgroupSizeX",
  "maxComputeInvocationsPerWorkgroup",
] as const;

async function load<T>(name: string): Promise<T> {
  try {
    return (await import(name)) as T;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (/MODULE_NOT_FOUND$/.test(code ?? "") && message.includes(`'${name}'`))
      throw new Error(`${name} is not installed: ${INSTALL}`, { cause: error });
    throw new Error(`${name} does not load: ${firstLine(error)}`, { cause: error });
  }
}

interface Device {
  readonly info: AdapterInfo;
  /** Dawn ends with its instance, whatever still uses a device of it: this keeps it from being collected. */
  readonly instance: object;
}

let registered: Promise<Device> | undefined;

/** Registers tfjs's backend with one device, once a thread. */
async function register(): Promise<Device> {
  const { create, globals } = await load<Dawn>(DAWN);
  // tfjs's kernels take WebGPU's constants from where browsers have them.
  Object.assign(globalThis, globals);
  const gpu = create([]);
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (adapter === null) throw new Error(NO_GPU);
  const { WebGPUBackend, webgpu_util } = await load<TfjsWebgpu>(TFJS_BACKEND);
  const requiredLimits = Object.fromEntries(RAISED.map((name) => [name, adapter.limits[name]]));
  const device = await adapter.requestDevice({ requiredLimits });
  const { info } = adapter;
  const backend = asInBrowser(gpu, () => new WebGPUBackend(device, info));
  registerExactIntegers(webgpu_util);
  tf.registerBackend("webgpu", () => backend);
  return { info, instance: gpu };
}

/** tfjs refuses to make its backend where no `navigator` shows WebGPU. */
function asInBrowser<T>(gpu: object, make: () => T): T {
  const before = Object.getOwnPropertyDescriptor(globalThis, "navigator");
  Object.defineProperty(globalThis, "navigator", { value: { gpu }, configurable: true });
  try {
    return make();
  } finally {
    if (before === undefined) Reflect.deleteProperty(globalThis, "navigator");
    else Object.defineProperty(globalThis, "navigator", before);
  }
}

/**
 * Runs programs op by op on a GPU through WebGPU. `isSoftware` where the processor only plays one (SwiftShader).
 * Throws an Error with the reason where packages or a GPU are missing.
 */
export async function webgpuBackend(): Promise<Backend & { readonly isSoftware: boolean }> {
  registered ??= register();
  const { info } = await registered.catch((error: unknown) => {
    registered = undefined;
    throw error;
  });
  const { vendor, architecture, description } = info;
  const isSoftware = info.isFallbackAdapter === true;
  const card = [vendor, architecture, description].filter((part) => part !== "").join(" ");
  const backend = await eagerBackend(
    "webgpu",
    `tfjs ${tf.version_core} on WebGPU, ${card}${isSoftware ? " (the processor, no GPU)" : ""}`,
  );
  return { ...backend, version: `${backend.version}-${vendor}-${architecture}`, isSoftware };
}
