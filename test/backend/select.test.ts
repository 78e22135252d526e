import { execFile } from "node:child_process";
import { promisify } from "node:util";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, describe, expect, test, vi } from "vitest";
import { NO_GPU } from "../../backend/no-gpu.ts";
import { hasCudaLibrary } from "../../backend/onnx/cuda.ts";
import { backendVersion, chooseBackend, selectBackend } from "../../backend/select.ts";
import { tensorflowBackend } from "../../backend/tensorflow/index.ts";

afterEach(() => {
  vi.doUnmock("onnxruntime-node");
  vi.resetModules();
});

describe("select", () => {
  test("auto gives a backend, whose version is known beforehand", async () => {
    const backend = await selectBackend("auto", { threads: 1 });
    expect(backend.version).toBe(await backendVersion("auto"));
    const { name, reason } = await chooseBackend();
    expect(backend.name).toBe(name);
    expect(reason).toMatch(/CUDA card/);
    expect(backend.description).toMatch(/ \("auto": .*CUDA card.*\)$/);
    const cpu = await selectBackend("cpu", { threads: 1 });
    expect(cpu.name).toBe("cpu");
    expect(cpu.version).toBe(await backendVersion("cpu"));
  });

  test("auto without a working onnxruntime is plain JavaScript, in name too", async () => {
    vi.resetModules();
    vi.doMock("onnxruntime-node", () => {
      throw new Error("no binding for this machine");
    });
    const select = await import("../../backend/select.ts");
    const backend = await select.selectBackend("auto", { threads: 1 });
    expect(backend.name).toBe("cpu");
    expect(backend.description).toMatch(/onnxruntime does not load: /);
    expect(backend.version).toBe(await select.backendVersion("auto"));
    await expect(select.selectBackend("onnxruntime", { threads: 1 })).rejects.toThrow(
      /^the backend "onnxruntime" cannot be used here: /,
    );
  });
});

test.skipIf(hasCudaLibrary())("onnxruntime's CUDA provider without its libraries", async () => {
  const missing =
    process.platform === "linux" && process.arch === "x64"
      ? /CUDA libraries, which npm does not carry, are not installed: ONNXRUNTIME_NODE_INSTALL=cuda12 node /
      : /on Linux x64 only; this is /;
  await expect(selectBackend("onnxruntime-cuda", { threads: 1 })).rejects.toThrow(missing);
  await expect(backendVersion("onnxruntime-cuda")).rejects.toThrow(missing);
});

test("onnxruntime's WebGPU provider where Vulkan shows nothing", async () => {
  const script = `
    const { selectBackend } = await import("./backend/select.ts");
    await selectBackend("onnxruntime-webgpu", { threads: 1 }).catch(({ message }) => console.log(message));`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--import", "tsx", "--input-type", "module", "--eval", script],
    {
      env: { ...process.env, VK_ICD_FILENAMES: "/nowhere.json", VK_DRIVER_FILES: "/nowhere.json" },
    },
  );
  const expected = `the backend "onnxruntime-webgpu" cannot be used here: ${NO_GPU}\n`;
  if (process.platform === "linux" && process.arch === "x64") expect(stdout).toBe(expected);
});

test("float16 is refused by name where a backend has none, and auto passes such backends over", async () => {
  const half = { threads: 1, precision: "float16" } as const;
  await expect(selectBackend("cpu", half)).rejects.toThrow(
    /^the backend "cpu" computes in float32 only; float16 needs one of onnxruntime's, and by WebGPU a GPU with shader-f16$/,
  );
  expect((await selectBackend("auto", half)).name).toMatch(/^onnxruntime/);
});

const notBuilt = { isBuilt: () => false, loadBuilt: () => undefined };

/** An import that fails as Node's or the package's own does. */
const failing = (code: string | undefined, message: string) => async () => {
  throw Object.assign(new Error(message), code === undefined ? {} : { code });
};

describe("tensorflow says why it cannot be used", () => {
  test("not installed", async () => {
    const load = async (name: string) =>
      failing("ERR_MODULE_NOT_FOUND", `Cannot find package '${name}' imported from x`)();
    await expect(tensorflowBackend({ ...notBuilt, load })).rejects.toThrow(
      /^@tensorflow\/tfjs-node-gpu is not installed .* `pipeline doctor --build-tensorflow` builds/,
    );
  });

  test("installed without its native addon", async () => {
    const message =
      "The Node.js native addon module (tfjs_binding.node) can not be found\nat path x";
    await expect(
      tensorflowBackend({ ...notBuilt, load: failing(undefined, message) }),
    ).rejects.toThrow(
      /^@tensorflow\/tfjs-node-gpu does not load: The Node.js native addon module \(tfjs_binding.node\) can not be found; /,
    );
  });

  test("a dependency of it is missing", async () => {
    const load = failing("MODULE_NOT_FOUND", "Cannot find module 'bindings'");
    await expect(tensorflowBackend({ ...notBuilt, load })).rejects.toThrow(
      /^@tensorflow\/tfjs-node-gpu does not load: Cannot find module 'bindings'/,
    );
  });

  test("it loads but registers nothing", async () => {
    if (tf.findBackend("tensorflow") !== null) tf.removeBackend("tensorflow");
    await expect(tensorflowBackend({ ...notBuilt, load: async () => ({}) })).rejects.toThrow(
      /registered no "tensorflow" backend/,
    );
  });

  test("what was built lost its TensorFlow", async () => {
    const loadBuilt = () => {
      throw new Error("libtensorflow_cc.so.2: cannot open shared object file");
    };
    const load = async () => ({});
    await expect(tensorflowBackend({ isBuilt: () => true, loadBuilt, load })).rejects.toThrow(
      /^what was built for it does not load .*again\): libtensorflow_cc/,
    );
  });
});
