import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TensorMap, TensorSpecs } from "../backend/backend.ts";
import type { TokenizerDefinition } from "../lib/tokenizer/definition.ts";
import { writeTokenizer } from "../lib/tokenizer/files.ts";
import type { AlbertConfig } from "./config.ts";
import { toHuggingFaceConfig, toHuggingFaceTensors } from "./hugging-face.ts";
import { classificationParameters, encoderParameters, spanParameters } from "./parameters.ts";
import type { ReadingTask } from "./reading-heads.ts";
import { writeSafetensors } from "./safetensors.ts";

/** What a model was fine-tuned to; classes by what they are called, in the order of their indices. */
export type FineTunedTask =
  | { readonly kind: "classes"; readonly labels: readonly string[] }
  | { readonly kind: "regression" }
  | ReadingTask;

/** A fine-tuned model with what is needed to use it. */
export interface FineTunedCheckpoint {
  readonly config: AlbertConfig;
  /** Values of the encoder, its pooler included, and of the task's own layer. */
  readonly parameters: TensorMap;
  readonly tokenizer: TokenizerDefinition;
  readonly task: FineTunedTask;
  readonly classifierDropout: number;
}

/**
 * Writes a folder that Hugging Face's `from_pretrained` loads: of `AlbertForSequenceClassification`,
 * `AlbertForMultipleChoice` for a choice, `AlbertForQuestionAnswering` for spans (which has no use for the pooler, and
 * says so). Another fine-tuning may start from it. The same model gives the same bytes.
 */
export async function writeFineTuned(
  folder: string,
  { config, parameters, tokenizer, task, classifierDropout }: FineTunedCheckpoint,
): Promise<void> {
  await writeSafetensors(
    join(folder, "model.safetensors"),
    toHuggingFaceTensors(config, parametersOf(task, config), parameters),
  );
  const content = {
    ...toHuggingFaceConfig(config, tokenizer.roles),
    classifier_dropout_prob: classifierDropout,
    ...headOf(task),
  };
  await writeFile(join(folder, "config.json"), `${JSON.stringify(content, null, 2)}\n`);
  await writeTokenizer(folder, tokenizer, config.maxPositionEmbeddings);
}

function parametersOf(task: FineTunedTask, config: AlbertConfig): TensorSpecs {
  if (task.kind === "span") return { ...encoderParameters(config), ...spanParameters(config) };
  return classificationParameters(config, task.kind === "classes" ? task.labels.length : 1);
}

/** What the configuration says of the task. */
function headOf(task: FineTunedTask) {
  if (task.kind === "span") return { architectures: ["AlbertForQuestionAnswering"] };
  if (task.kind === "choice") return { architectures: ["AlbertForMultipleChoice"] };
  const classes = task.kind === "classes";
  // The name that transformers itself gives an output without one.
  const names = classes ? task.labels : ["LABEL_0"];
  return {
    architectures: ["AlbertForSequenceClassification"],
    id2label: Object.fromEntries(names.map((name, index) => [`${index}`, name])),
    label2id: Object.fromEntries(names.map((name, index) => [name, index])),
    problem_type: classes ? "single_label_classification" : "regression",
  };
}
