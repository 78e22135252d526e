import { onnxBackend } from "../../backend/onnx/index.ts";
import { backendContract } from "./contract.ts";
import { onGpu } from "./software-gpu.ts";

await onGpu("onnxruntime-webgpu", () => onnxBackend({ threads: 2 }, "webgpu"), backendContract);
