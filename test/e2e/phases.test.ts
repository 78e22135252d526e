import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { manifests, outputDigests } from "./artifacts.ts";
import type { Left } from "./command.ts";
import { config, Project } from "./project.ts";
import { readSafetensors } from "./safetensors.ts";
import { expectDone } from "./said.ts";

const PHASES = `
const { continueTraining } = all;
const { documents } = ingest({}, { sources: [text({ files: "corpus/*.txt" })], heldout: { share: 0.2 } });
const { tokenizer } = wordpieceVocab({ documents }, { size: 200 });
const { sentences } = tokenize({ documents, tokenizer });
const auditLimits = { heldoutOverlap: 1 };
const short = sopPairs({ sentences, tokenizer }, { maxSeqLength: 24, ngram: 2, auditLimits }, { as: "pairs-24" });
const long = sopPairs({ sentences, tokenizer }, { maxSeqLength: 48, ngram: 5, auditLimits }, { as: "pairs-48" });
const steps = { trainBatchSize: 8, heldoutSample: 8, redraw: "masks", lengthBins: [16, 24] };
const model = albert("mini", { embeddingSize: 16, hiddenSize: 32, numAttentionHeads: 2, intermediateSize: 64, maxPositionEmbeddings: 48 });
const first = train({ examples: short.examples, tokenizer }, { ...steps, model, numTrainSteps: 4 }, { as: "train-24" });
const second = continueTraining(
  { examples: long.examples, tokenizer, checkpoint: first.checkpoint, optimiser: first.optimiser },
  { ...steps, numTrainSteps: 3, warmupSteps: 0 },
  { as: "train-48" },
);`;

/** A run of eight nodes takes ten seconds, and minutes on a machine with much else to do. */
const PATIENCE_MS = 300_000;

describe("phases of two lengths in one run, in length bins", () => {
  const project = new Project(config(PHASES, "scores: [first.scores, second.scores]"));
  let cold: Left;
  beforeAll(async () => {
    project.make();
    cold = await project.run("run");
  }, PATIENCE_MS);
  afterAll(() => project[Symbol.dispose]());

  const parametersOf = (node: string) =>
    readSafetensors(`${project.store}/${node}/latest/checkpoint/model.safetensors`);

  it("tokenise once, and train the second on the first", () => {
    expectDone(cold);
    expect(cold.stdout.match(/^tokenize +ran /gm)).toHaveLength(1);
    for (const node of ["pairs-24", "pairs-48", "train-24", "train-48"])
      expect(cold.stdout).toMatch(new RegExp(`^${node} +ran +[\\d.]+ s +never run$`, "m"));
    expect(cold.stdout).toMatch(/train-24.*batches of 8 by 16, 24;/);
    expect(cold.stdout).toMatch(/train-48.*batches of 8 by 16, 24, 48;/);
    expect(cold.stdout.match(/^masked-lm +loss +heldout /gm)).toHaveLength(2);
    const [before, after] = [parametersOf("train-24"), parametersOf("train-48")];
    expect([...after.keys()]).toEqual([...before.keys()]);
    expect(after).not.toEqual(before);
  });

  it("draw masks anew as their own examples were masked", () => {
    const all = manifests(project.store);
    const masking = (node: string) =>
      (all.get(node)!.fields.params as { masking: { ngram: number } }).masking;
    expect(masking("train-24").ngram).toBe(2);
    expect(masking("train-48").ngram).toBe(5);
  });

  it(
    "leave the first alone where only the second changes",
    async () => {
      const before = outputDigests(project.store);
      const left = await project.run("run", "--set", "pairs-48.maxSeqLength=40");
      expectDone(left);
      for (const node of ["tokenize", "pairs-24", "train-24"])
        expect(left.stdout).toMatch(new RegExp(`^${node} +fresh `, "m"));
      for (const node of ["pairs-48", "train-48"])
        expect(left.stdout).toMatch(new RegExp(`^${node} +ran `, "m"));
      const after = outputDigests(project.store);
      expect(after["train-24.checkpoint"]).toBe(before["train-24.checkpoint"]);
      expect(after["train-48.checkpoint"]).not.toBe(before["train-48.checkpoint"]);
    },
    PATIENCE_MS,
  );
});
