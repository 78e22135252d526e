import { onnxBackend } from "../../backend/onnx/index.ts";
import { backendContract } from "./contract.ts";
import { trainingContract } from "./training.ts";

const create = () => onnxBackend({ threads: 2 });

backendContract("onnxruntime", create);
trainingContract("onnxruntime", create);
