import { cpuBackend } from "../../backend/tfjs.ts";
import { backendContract } from "./contract.ts";

backendContract("cpu", cpuBackend);
