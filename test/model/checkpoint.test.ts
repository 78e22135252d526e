import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Checkpoint, readCheckpoint, writeCheckpoint } from "../../model/checkpoint.ts";
import type { AlbertConfig } from "../../model/config.ts";
import { encoderParameters, pretrainingParameters } from "../../model/parameters.ts";
import { readSafetensors, writeSafetensors } from "../../model/safetensors.ts";
import { SPECIAL_PIECES, wordPieces } from "../rig/tokenizers.ts";
import { formulaParameters, smallConfig } from "./gold.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "checkpoint-"));
});
afterEach(() => rm(folder, { recursive: true }));

const vocab = [...SPECIAL_PIECES, ...Array.from({ length: 45 }, (_, index) => `##${index}`)];

function checkpointOf(changes: Partial<AlbertConfig> = {}): Checkpoint {
  const config = smallConfig(changes);
  return {
    config,
    parameters: formulaParameters(pretrainingParameters(config)),
    tokenizer: wordPieces(vocab),
  };
}

const modelFile = () => join(folder, "model.safetensors");
const readJson = async (name: string) => JSON.parse(await readFile(join(folder, name), "utf8"));

describe.each<[string, Partial<AlbertConfig>]>([
  ["shared", {}],
  ["groups", { numHiddenGroups: 3, innerGroupNum: 2 }],
  ["attention", { sharing: "attention" }],
  ["ffn", { sharing: "ffn" }],
  ["none", { sharing: "none", hiddenAct: "relu", hiddenDropoutProb: 0.1 }],
  ["wide embeddings", { embeddingSize: 16 }],
])("%s", (_, changes) => {
  test("is read as it was written, and is complete for Hugging Face", async () => {
    const checkpoint = checkpointOf(changes);
    await writeCheckpoint(folder, checkpoint);
    expect(await readCheckpoint(folder)).toEqual(checkpoint);
    const groups = (await readJson("config.json")).num_hidden_groups;
    const blocks = groups * checkpoint.config.innerGroupNum;
    // 16 tensors in each block, 16 outside them: transformers has that many and none besides.
    expect((await readSafetensors(modelFile())).size).toBe(16 * blocks + 16);
  });
});

test("config.json and tokenizer_config.json name what transformers looks for", async () => {
  await writeCheckpoint(folder, checkpointOf());
  expect(await readJson("config.json")).toMatchObject({
    architectures: ["AlbertForPreTraining"],
    model_type: "albert",
    hidden_act: "gelu_new",
    vocab_size: 50,
    pad_token_id: 0,
    bos_token_id: 2,
    eos_token_id: 3,
  });
  expect(await readJson("tokenizer_config.json")).toMatchObject({
    tokenizer_class: "PreTrainedTokenizerFast",
    do_lower_case: true,
    strip_accents: false,
  });
  expect(await readFile(join(folder, "vocab.txt"), "utf8")).toBe(`${vocab.join("\n")}\n`);
});

test("the encoder alone can be read, from a checkpoint without heads", async () => {
  const { config, parameters } = checkpointOf();
  await writeCheckpoint(folder, checkpointOf());
  const stored = await readSafetensors(modelFile());
  const encoder = Object.keys(encoderParameters(config));
  await writeSafetensors(
    modelFile(),
    Object.fromEntries(encoder.map((name) => [name, stored.get(name)!])),
  );
  const read = await readCheckpoint(folder, encoderParameters);
  expect(Object.keys(read.parameters).sort()).toEqual([...encoder].sort());
  expect(read.parameters["albert.pooler.bias"]).toEqual(parameters["albert.pooler.bias"]);
  await expect(readCheckpoint(folder)).rejects.toThrow("lacks a tensor");
});

test("a decoder stored twice is not minded", async () => {
  const checkpoint = checkpointOf();
  await writeCheckpoint(folder, checkpoint);
  const stored = Object.fromEntries(await readSafetensors(modelFile()));
  const decoder = stored["albert.embeddings.word_embeddings.weight"]!;
  await writeSafetensors(modelFile(), { ...stored, "predictions.decoder.weight": decoder });
  expect(await readCheckpoint(folder)).toEqual(checkpoint);
});

test.each<[string, Partial<AlbertConfig>, string]>([
  [
    "a shared attention",
    { sharing: "attention" },
    "albert_layer_groups.1.albert_layers.0.attention.key.bias",
  ],
  ["the identity mapping", { embeddingSize: 16 }, "embedding_hidden_mapping_in.bias"],
])("refused where training elsewhere has untied %s", async (_, changes, suffix) => {
  await writeCheckpoint(folder, checkpointOf(changes));
  const stored = await readSafetensors(modelFile());
  const name = [...stored.keys()].find((name) => name.endsWith(suffix))!;
  stored.get(name)!.data[0]! += 1;
  await writeSafetensors(modelFile(), Object.fromEntries(stored));
  await expect(readCheckpoint(folder)).rejects.toMatchObject({
    name: "CheckpointError",
    where: expect.stringContaining(suffix),
  });
});

test("every tensor of another shape is named, with both shapes", async () => {
  await writeCheckpoint(folder, checkpointOf());
  const json = await readJson("config.json");
  await writeFile(
    join(folder, "config.json"),
    JSON.stringify(Object.assign(json, { intermediate_size: 64 })),
  );
  const error = await readCheckpoint(folder).catch((error: unknown) => error);
  const block = "albert.encoder.albert_layer_groups.0.albert_layers.0";
  expect(error).toMatchObject({
    expected: `${block}.ffn.weight [64,16], ${block}.ffn.bias [64], ${block}.ffn_output.weight [16,64]`,
    got: "[32,16], [32], [16,32]",
  });
});

test.each<[string, (json: Record<string, unknown>) => void, string]>([
  ["another model", (json) => Object.assign(json, { model_type: "bert" }), "not the configuration"],
  ["impossible sizes", (json) => Object.assign(json, { num_attention_heads: 5 }), "not a possible"],
  ["other sizes", (json) => Object.assign(json, { intermediate_size: 64 }), "another shape"],
  ["another vocabulary", (json) => Object.assign(json, { vocab_size: 51 }), "does not fit"],
])("refused: the configuration of %s", async (_, change, message) => {
  await writeCheckpoint(folder, checkpointOf());
  const json = await readJson("config.json");
  change(json);
  await writeFile(join(folder, "config.json"), JSON.stringify(json));
  await expect(readCheckpoint(folder)).rejects.toThrow(message);
});

test("ids of special pieces in config.json are the tokenizer's", async () => {
  const other = [...vocab.slice(5), "<pad>", "<unk>", "[CLS]", "[SEP]", "<mask>"];
  await writeCheckpoint(folder, { ...checkpointOf(), tokenizer: wordPieces(other) });
  expect(await readJson("config.json")).toMatchObject({
    pad_token_id: 45,
    bos_token_id: 47,
    eos_token_id: 48,
  });
});

test("a checkpoint of others, with vocab.txt alone, strips accents as BERT does", async () => {
  await writeCheckpoint(folder, checkpointOf());
  await rm(join(folder, "tokenizer.json"));
  await writeFile(join(folder, "tokenizer_config.json"), JSON.stringify({ do_lower_case: true }));
  const { tokenizer } = await readCheckpoint(folder);
  expect(tokenizer).toEqual(wordPieces(vocab, { stripAccents: true, normalForm: "none" }));
});
