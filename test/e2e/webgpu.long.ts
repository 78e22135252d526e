import { offerSwiftShader } from "../backend/software-gpu.ts";
import { runsOn } from "./on-backend.ts";

offerSwiftShader();
const { VK_ICD_FILENAMES } = process.env;
await runsOn("webgpu", { variables: VK_ICD_FILENAMES ? { VK_ICD_FILENAMES } : {}, exact: false });
