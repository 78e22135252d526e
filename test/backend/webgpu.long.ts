import { webgpuBackend } from "../../backend/webgpu.ts";
import { backendContract } from "./contract.ts";
import { onGpu } from "./software-gpu.ts";

await onGpu("webgpu", webgpuBackend, backendContract);
