import { onnxBackend } from "../../backend/onnx/index.ts";
import { onGpu } from "./software-gpu.ts";
import { trainingContract } from "./training.ts";

await onGpu("onnxruntime-webgpu", () => onnxBackend({ threads: 2 }, "webgpu"), trainingContract);
