import { onnxBackend } from "../../backend/onnx/index.ts";
import { backendContract } from "./contract.ts";

backendContract("onnxruntime", () => onnxBackend({ threads: 2 }));
