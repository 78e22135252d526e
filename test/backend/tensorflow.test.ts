import { test } from "vitest";
import { tensorflowBackend } from "../../backend/tensorflow/index.ts";
import { backendContract } from "./contract.ts";
import { trainingContract } from "./training.ts";

const missing = await tensorflowBackend().then(
  () => undefined,
  (error: Error) => error.message,
);
if (missing === undefined) {
  backendContract("tensorflow", () => tensorflowBackend());
  trainingContract("tensorflow", () => tensorflowBackend());
} else test.skip(`tensorflow: ${missing}`, () => {});
