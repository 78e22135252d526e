import { offerSwiftShader } from "../backend/software-gpu.ts";
import { runsOn } from "./on-backend.ts";

offerSwiftShader();
const { VK_ICD_FILENAMES } = process.env;
const variables = VK_ICD_FILENAMES ? { VK_ICD_FILENAMES } : {};
await runsOn("onnxruntime-webgpu", { variables, steps: 8, exact: false });
