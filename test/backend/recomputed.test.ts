import { describe, expect, test } from "vitest";
import type { Backend, TensorMap } from "../../backend/backend.ts";
import { topological } from "../../backend/onnx/graph.ts";
import { holdBack } from "../../backend/onnx/hold-back.ts";
import { onnxBackend } from "../../backend/onnx/index.ts";
import { simplify } from "../../backend/onnx/simplify.ts";
import { trace } from "../../backend/onnx/trace.ts";
import { cpuBackend } from "../../backend/tfjs.ts";
import type { AlbertConfig } from "../../model/config.ts";
import { initialState } from "../../model/gradient-program.ts";
import { optimiserSchema } from "../../model/optimiser.ts";
import { pretrainingPrograms } from "../../model/pretraining.ts";
import { formulaParameters, smallBatch, smallConfig, smallShape } from "../model/gold.ts";
import { expectClose } from "./rig.ts";

const programsOf = (config: AlbertConfig, recompute: boolean) =>
  pretrainingPrograms(config, smallShape, optimiserSchema.parse({}), { recompute });

async function gradientsOf(backend: Backend, config: AlbertConfig, recompute: boolean) {
  const programs = programsOf(config, recompute);
  const initial = initialState(programs.state, formulaParameters(programs.parameters));
  const state = await backend.createState(programs.state, initial);
  const executable = await backend.compile(programs.gradients, state);
  const seed: TensorMap = config.hiddenDropoutProb > 0 ? { dropout_seed: Int32Array.of(3) } : {};
  const outputs = await executable.run({ ...smallBatch(), ...seed });
  return { ...outputs, ...(await state.read()) };
}

describe("layers that are computed again for their gradients", () => {
  const backends = { onnxruntime: () => onnxBackend({ threads: 1 }), cpu: cpuBackend };
  const configs: Record<string, Partial<AlbertConfig>> = {
    "with shared parameters": {},
    "with the same dropout": { hiddenDropoutProb: 0.2, attentionProbsDropoutProb: 0.2 },
    "with parameters of their own": { sharing: "none" },
    "with shared attention": { sharing: "attention" },
    "of several blocks": { numHiddenGroups: 3, innerGroupNum: 2 },
  };
  test.each(
    Object.entries(backends).flatMap(([name, create]) =>
      Object.entries(configs).map(([what, changes]) => ({ name, create, what, changes })),
    ),
  )("$name, $what: gradients are the same", async ({ create, changes }) => {
    const config = smallConfig(changes);
    const backend = await create();
    const kept = await gradientsOf(backend, config, false);
    expectClose(await gradientsOf(backend, config, true), kept);
  });

  test("are computed twice, each after what follows it has its gradients", () => {
    const config = smallConfig();
    const graphOf = (recompute: boolean) => {
      const programs = programsOf(config, recompute);
      return holdBack(simplify(trace(programs.gradients, programs.state)));
    };
    const count = (recompute: boolean, op: string) =>
      topological(graphOf(recompute)).filter((x) => x.op === op).length;
    const layers = config.numHiddenLayers;
    expect(count(true, "Softmax")).toBe(count(false, "Softmax") + layers);
    expect(count(false, "After")).toBe(0);
    const gates = topological(graphOf(true)).filter(({ op }) => op === "After");
    expect(gates.length).toBe(layers);
    // The gradients of a layer's 16 tensors, which are summed over layers, but the one that has just begun.
    for (const gate of gates.slice(1)) expect(gate.inputs.length).toBeGreaterThanOrEqual(2 + 15);
  });
});
