import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { firstLine } from "./first-line.ts";
import { isBuilt } from "./tensorflow/built.ts";
import { TENSORFLOW_PACKAGES } from "./tensorflow/packages.ts";

/** Whether a library computes on a CUDA card here, and what there is to say about it. */
export interface Finding {
  readonly isUsable: boolean;
  readonly finding: string;
}

const usable = (finding: string): Finding => ({ isUsable: true, finding });
export const unusable = (finding: string): Finding => ({ isUsable: false, finding });

/** Whether NVIDIA's driver is there: a look at a file, where loading a library to ask it takes seconds. */
export function hasCudaCard(): boolean {
  if (process.platform !== "linux") return true;
  return ["/dev/nvidiactl", "/dev/dxg"].some((device) => existsSync(device)); // dxg: Windows's Linux
}

/** Whether TensorFlow's bindings are there, load and have found a card. */
export async function lookForTensorflow(): Promise<Finding> {
  if (!hasCudaCard()) return unusable("no CUDA card is here");
  const { resolve } = createRequire(import.meta.url);
  const isInstalled =
    isBuilt() ||
    TENSORFLOW_PACKAGES.some((name) => {
      try {
        return resolve(name) !== "";
      } catch {
        return false;
      }
    });
  if (!isInstalled) return unusable("no TensorFlow for a CUDA card is installed");
  try {
    const { tensorflowBackend } = await import("./tensorflow/index.ts");
    const { usesGpu } = await tensorflowBackend();
    return usesGpu
      ? usable("TensorFlow has found a CUDA card")
      : unusable("TensorFlow has found no CUDA card");
  } catch (error) {
    return unusable(`TensorFlow does not load: ${firstLine(error)}`);
  }
}

/** Whether onnxruntime's CUDA provider is there and works. */
export async function lookForOnnxCuda(): Promise<Finding> {
  if (!hasCudaCard()) return unusable("no CUDA card is here");
  const { hasCudaLibrary } = await import("./onnx/cuda.ts");
  if (!hasCudaLibrary()) return unusable("onnxruntime's CUDA libraries are not installed");
  try {
    const { openProvider } = await import("./onnx/provider.ts");
    await openProvider("cuda", 1);
    return usable("onnxruntime computes on a CUDA card");
  } catch (error) {
    return unusable(firstLine(error));
  }
}
