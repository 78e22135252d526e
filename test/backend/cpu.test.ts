import { cpuBackend } from "../../backend/tfjs.ts";
import { backendContract } from "./contract.ts";
import { trainingContract } from "./training.ts";

backendContract("cpu", cpuBackend);
trainingContract("cpu", cpuBackend);
