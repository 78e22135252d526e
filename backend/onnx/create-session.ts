import { env, InferenceSession } from "onnxruntime-node";
import { encodeModel, type OnnxModel } from "./model.ts";

/**
 * A session of a model exactly as it is written: its graph has been optimised before it comes here, and what runs must
 * be what `inPlaceSafety` looked at. Errors are thrown and not printed too.
 */
export function createSession(
  model: OnnxModel,
  options: InferenceSession.SessionOptions,
): Promise<InferenceSession> {
  env.logLevel = "fatal";
  return InferenceSession.create(encodeModel(model), {
    graphOptimizationLevel: "disabled",
    logSeverityLevel: 4,
    ...options,
  });
}
