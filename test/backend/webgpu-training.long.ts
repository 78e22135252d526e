import { webgpuBackend } from "../../backend/webgpu.ts";
import { onGpu } from "./software-gpu.ts";
import { FLOAT32, trainingContract } from "./training.ts";

// WGSL lets exp be off by 3 + 2 |x| units of the last place: SwiftShader's is, by five, and erf is made of it. Where
// gradients cancel most (shared feed-forward parts, erf-GELU) processors are off by 1.4e-6 and this by 2.01e-6.
const tolerances = { ...FLOAT32, gradient: 3e-6 };
await onGpu("webgpu", webgpuBackend, (name, create) => trainingContract(name, create, tolerances));
