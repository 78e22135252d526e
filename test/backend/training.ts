import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Backend, Program, State, TensorMap, TensorSpecs } from "../../backend/backend.ts";
import type { AlbertConfig } from "../../model/config.ts";
import { encode, encodeAt, encoderInputs, noDropout } from "../../model/encoder.ts";
import { gradientName, initialState } from "../../model/gradient-program.ts";
import { maskedLmLogits, sentenceOrderLogits } from "../../model/heads.ts";
import { applyInputs, type Optimiser, optimiserSchema } from "../../model/optimiser.ts";
import { type PretrainingPrograms, pretrainingPrograms } from "../../model/pretraining.ts";
import { readSafetensors, type StoredTensor } from "../../model/safetensors.ts";
import {
  formulaParameters,
  normOf,
  smallBatch,
  smallConfig,
  smallFeatures,
  smallShape,
} from "../model/gold.ts";

const STEPS = 10;
const RATE = 1e-3;

/** How far a backend may be from transformers in float64, as a part of the norm of what is compared. */
export interface Tolerances {
  /** Hidden states, logits and losses. */
  readonly forward: number;
  /** Each parameter's gradient, as a part of the norm of all gradients together: the key bias's is 0 but for rounding. */
  readonly gradient: number;
  /** Each parameter after ten steps, as a part of its own norm. */
  readonly trained: number;
}

/** What kernels as exact as a processor's come to. */
export const FLOAT32: Tolerances = { forward: 2e-6, gradient: 2e-6, trained: 2e-5 };

const CASES: readonly [gold: string, changes: Partial<AlbertConfig>][] = [
  ["all", {}],
  ["groups", { numHiddenLayers: 4, numHiddenGroups: 2, innerGroupNum: 2, hiddenAct: "gelu" }],
  ["none", { numHiddenGroups: 3, hiddenAct: "relu" }],
  ["none", { sharing: "none", hiddenAct: "relu" }],
  ["attention", { sharing: "attention" }],
  ["ffn", { sharing: "ffn", hiddenAct: "gelu" }],
  ["wide", { embeddingSize: 8 }],
];

const OPTIMISERS: readonly Optimiser[] = [
  optimiserSchema.parse({ name: "lamb" }),
  optimiserSchema.parse({ name: "adamw", biasCorrection: true }),
];

/** A backend's models train as Hugging Face transformers' do: test/gold/training_gold.py made what is compared with. */
export function trainingContract(
  name: string,
  create: () => Promise<Backend>,
  tolerances: Tolerances = FLOAT32,
): void {
  describe(`${name} trains as transformers`, () => {
    let backend: Backend;
    let gold: ReadonlyMap<string, StoredTensor>;
    beforeAll(async () => {
      backend = await create();
      gold = await readSafetensors(
        fileURLToPath(new URL("../gold/training.safetensors", import.meta.url)),
      );
    });
    afterAll(() => backend?.dispose());

    describe.each(CASES)("%s %j", (goldName, changes) => {
      const config = smallConfig({
        embeddingSize: 4,
        hiddenSize: 8,
        intermediateSize: 16,
        ...changes,
      });
      const expected = (tensor: string) => gold.get(`${goldName}/${tensor}`)!.data;

      test("hidden states at every depth, and logits", async () => {
        const program = forwardProgram(config);
        const state = await stateOf(backend, program.state, program.state);
        const executable = await backend.compile(program, state);
        const outputs = await executable.run(smallFeatures());
        const width = smallShape.batchSize * smallShape.sequenceLength * config.hiddenSize;
        for (const [tensor, values] of Object.entries(outputs)) {
          const depth = /^hidden\/(\d+)$/.exec(tensor)?.[1];
          const wanted = depth
            ? expected("hidden_states").subarray((Number(depth) - 1) * width, Number(depth) * width)
            : expected(tensor);
          expectNear(values, wanted, tolerances.forward, tensor);
        }
        await executable.dispose();
        await state.dispose();
      });

      test.each(OPTIMISERS)("every gradient, and ten steps of $name", async (optimiser) => {
        const programs = pretrainingPrograms(config, smallShape, optimiser);
        const training = await train(backend, programs, optimiser);
        const names = Object.keys(programs.parameters);
        const goldNames = [...gold.keys()].filter((key) => key.startsWith(`${goldName}/gradient/`));
        expect(names.map((each) => `${goldName}/${gradientName(each)}`).sort()).toEqual(
          goldNames.sort(),
        );
        const whole = normOf(goldNames.flatMap((key) => [...gold.get(key)!.data]));
        for (const parameter of names) {
          const gradient = gradientName(parameter);
          const wanted = expected(gradient);
          const error = distance(training.gradients[gradient]!, wanted) / whole;
          expect(error, gradient).toBeLessThan(tolerances.gradient);
          expectNear(
            training.parameters[parameter]!,
            expected(`${optimiser.name}/${parameter}`),
            tolerances.trained,
            parameter,
          );
        }
        expectNear(
          training.losses,
          expected(`${optimiser.name}_losses`),
          tolerances.forward,
          "losses",
        );
      });
    });
  });
}

async function stateOf(
  backend: Backend,
  specs: TensorSpecs,
  parameters: TensorSpecs,
): Promise<State> {
  return backend.createState(specs, initialState(specs, formulaParameters(parameters)));
}

interface Training {
  /** Of the first step. */
  readonly gradients: TensorMap;
  readonly losses: readonly number[];
  readonly parameters: TensorMap;
}

async function train(
  backend: Backend,
  programs: PretrainingPrograms,
  optimiser: Optimiser,
): Promise<Training> {
  const state = await stateOf(backend, programs.state, programs.parameters);
  const gradients = await backend.compile(programs.gradients, state);
  const apply = await backend.compile(programs.apply, state);
  const names = Object.keys(programs.parameters);
  const losses: number[] = [];
  let first: TensorMap = {};
  for (let step = 0; step < STEPS; step++) {
    const outputs = await gradients.run(smallBatch(step));
    losses.push(outputs["masked_lm_loss"]![0]! + outputs["sentence_order_loss"]![0]!);
    if (step === 0) first = await state.read(names.map(gradientName));
    await apply.run(applyInputs(optimiser, step, RATE, outputs["gradient_norm"]![0]!));
  }
  const training = { gradients: first, losses, parameters: await state.read(names) };
  await gradients.dispose();
  await apply.dispose();
  await state.dispose();
  return training;
}

/** The configuration's first layers, down to every depth at which a group of layers ends. */
function depths(config: AlbertConfig): AlbertConfig[] {
  const { numHiddenLayers, numHiddenGroups } = config;
  const span = numHiddenGroups === 1 ? 1 : numHiddenLayers / numHiddenGroups;
  return Array.from({ length: numHiddenLayers / span }, (_, index) => ({
    ...config,
    numHiddenLayers: (index + 1) * span,
    numHiddenGroups: numHiddenGroups === 1 ? 1 : index + 1,
  }));
}

/** Hidden states [B T, H] at every depth, and the logits of every position [B T, V] and row [B, 2]. */
function forwardProgram(config: AlbertConfig): Program {
  const { parameters } = pretrainingPrograms(config, smallShape, OPTIMISERS[0]!);
  const { batchSize, sequenceLength } = smallShape;
  return {
    name: "forward",
    state: parameters,
    inputs: encoderInputs(smallShape),
    run(values, fed) {
      const outputs: Record<string, tf.Tensor> = {};
      for (const cut of depths(config))
        outputs[`hidden/${cut.numHiddenLayers}`] = encode(values, fed, cut, noDropout).hidden;
      const everywhere = tf.range(0, batchSize * sequenceLength, 1, "int32");
      const { hidden, pooled } = encodeAt(values, fed, everywhere, config, noDropout);
      outputs["masked_lm_logits"] = maskedLmLogits(values, hidden, config);
      outputs["sentence_order_logits"] = sentenceOrderLogits(values, pooled);
      return { outputs };
    },
  };
}

function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return normOf(Array.from(a, (value, index) => value - b[index]!));
}

function expectNear(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what: string,
): void {
  expect(actual.length, what).toBe(expected.length);
  expect(distance(actual, expected) / normOf(expected), what).toBeLessThan(tolerance);
}
