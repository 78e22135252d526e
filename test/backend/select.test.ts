import * as tf from "@tensorflow/tfjs-core";
import { afterEach, describe, expect, test, vi } from "vitest";
import {
  backendVersion,
  chooseBackend,
  probeBackends,
  selectBackend,
} from "../../backend/select.ts";
import { tensorflowBackend } from "../../backend/tensorflow/index.ts";

afterEach(() => {
  vi.doUnmock("onnxruntime-node");
  vi.resetModules();
});

describe("select", () => {
  test("a probe of every backend, each proven or with the reason why not", async () => {
    const probes = await probeBackends({ threads: 1 });
    expect(probes.map(({ name }) => name)).toEqual(["tensorflow", "onnxruntime", "webgpu", "cpu"]);
    for (const { detail } of probes) expect(detail).not.toBe("");
    expect(probes[1]!.available).toBe(true);
    expect(probes[3]!.available).toBe(true);
    expect(probes[1]!.detail).toMatch(/^onnxruntime 1\.30\.\d+, CPU provider, 1 thread$/);
  });

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
