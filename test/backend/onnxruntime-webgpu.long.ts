import { test } from "vitest";
import { onnxBackend } from "../../backend/onnx/index.ts";
import { backendContract } from "./contract.ts";
import { offerSwiftShader } from "./swiftshader.ts";
import { trainingContract } from "./training.ts";

offerSwiftShader();
const create = () => onnxBackend({ threads: 2 }, "webgpu");
const missing = await create().then(
  () => undefined,
  (error: Error) => error.message,
);
if (missing === undefined) {
  backendContract("onnxruntime-webgpu", create);
  trainingContract("onnxruntime-webgpu", create);
} else test.skip(`onnxruntime-webgpu: ${missing}`, () => {});
