import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TensorMap } from "../backend/backend.ts";
import type { TokenizerDefinition } from "../lib/tokenizer/definition.ts";
import { writeTokenizer } from "../lib/tokenizer/files.ts";
import type { AlbertConfig } from "./config.ts";
import { toHuggingFaceConfig, toHuggingFaceTensors } from "./hugging-face.ts";
import { classificationParameters } from "./parameters.ts";
import { writeSafetensors } from "./safetensors.ts";

/** A fine-tuned model with what is needed to use it. */
export interface FineTunedCheckpoint {
  readonly config: AlbertConfig;
  /** Values of `classificationParameters(config, outputs)`. */
  readonly parameters: TensorMap;
  readonly tokenizer: TokenizerDefinition;
  /** What the classes are called, in the order of their indices; undefined for a regression. */
  readonly labels: readonly string[] | undefined;
  readonly classifierDropout: number;
}

/**
 * Writes a folder that Hugging Face's `AlbertForSequenceClassification.from_pretrained` loads, and that another
 * fine-tuning may start from. The same model gives the same bytes.
 */
export async function writeFineTuned(
  folder: string,
  { config, parameters, tokenizer, labels, classifierDropout }: FineTunedCheckpoint,
): Promise<void> {
  const specs = classificationParameters(config, labels?.length ?? 1);
  await writeSafetensors(
    join(folder, "model.safetensors"),
    toHuggingFaceTensors(config, specs, parameters),
  );
  // The name that transformers itself gives an output without one.
  const names = labels ?? ["LABEL_0"];
  const content = {
    ...toHuggingFaceConfig(config, tokenizer.roles),
    architectures: ["AlbertForSequenceClassification"],
    classifier_dropout_prob: classifierDropout,
    id2label: Object.fromEntries(names.map((name, index) => [`${index}`, name])),
    label2id: Object.fromEntries(names.map((name, index) => [name, index])),
    problem_type: labels === undefined ? "regression" : "single_label_classification",
  };
  await writeFile(join(folder, "config.json"), `${JSON.stringify(content, null, 2)}\n`);
  await writeTokenizer(folder, tokenizer, config.maxPositionEmbeddings);
}
