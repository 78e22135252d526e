import { webgpuBackend } from "../../backend/webgpu.ts";
import { onGpu } from "./software-gpu.ts";
import { trainingContract } from "./training.ts";

await onGpu("webgpu", webgpuBackend, trainingContract);
