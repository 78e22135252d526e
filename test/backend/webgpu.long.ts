import { test } from "vitest";
import { webgpuBackend } from "../../backend/webgpu.ts";
import { backendContract } from "./contract.ts";
import { offerSwiftShader } from "./swiftshader.ts";
import { trainingContract } from "./training.ts";

offerSwiftShader();
const missing = await webgpuBackend().then(
  () => undefined,
  (error: Error) => error.message,
);
if (missing === undefined) {
  backendContract("webgpu", () => webgpuBackend());
  trainingContract("webgpu", () => webgpuBackend());
} else test.skip(`webgpu: ${missing}`, () => {});
