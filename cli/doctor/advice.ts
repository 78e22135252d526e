/** What was found of a machine, as far as something can be done about it. */
export interface Findings {
  readonly nodeSupported: boolean;
  /** Bytes free; of the disk undefined where that is not known. */
  readonly memory: number;
  readonly disk: number | undefined;
  readonly backends: readonly { readonly name: string; readonly available: boolean }[];
}

/** Below these a run is likely to end early, in bytes. */
const LITTLE = { memory: 1.5e9, disk: 2e9 };

const BACKEND_ADVICE: Readonly<Record<string, string>> = {
  onnxruntime:
    "onnxruntime is what training runs on by default: npm install onnxruntime-node@1.30.0",
  tensorflow:
    "tensorflow is for CUDA cards and not needed without one: pipeline doctor --build-tensorflow, where pip's TensorFlow is installed",
};

/** What to do about each thing that is not as it should be, a line each; none where all is well. */
export function advise(findings: Findings): readonly string[] {
  const advice: string[] = [];
  if (!findings.nodeSupported) advice.push("install Node 20, 22 or 24, from nodejs.org or by nvm");
  if (findings.memory < LITTLE.memory)
    advice.push(
      "little memory is free: end other programs, or run fewer partitions at once (-j 1)",
    );
  if (findings.disk !== undefined && findings.disk < LITTLE.disk)
    advice.push(
      "little disk is free: delete artifacts that you no longer need, or name another --store",
    );
  for (const { name, available } of findings.backends)
    if (!available && Object.hasOwn(BACKEND_ADVICE, name)) advice.push(BACKEND_ADVICE[name]!);
  return advice;
}
