import type { Encoder } from "../../../lib/tokenizer/encoder.ts";
import type { RoleIds } from "../../../lib/tokenizer/roles.ts";
import { FeatureBuilder } from "../features.ts";
import { accuracy } from "../metrics.ts";
import { predict } from "../predict.ts";
import { predictionsOf } from "../scoring.ts";
import { choiceUnits } from "./choice-units.ts";
import type { ReadingParams } from "./params.ts";
import { readRace } from "./race.ts";
import { type AnsweredFile, type ReadingReader, readFiles, sampled } from "./reader.ts";

/** RACE: every option of a question is a row, and the rows' logits are compared. */
export async function choiceReader(
  folder: string,
  { train, dev, maxTrainExamples, maxSeqLength }: ReadingParams,
  encoder: Encoder,
  roles: RoleIds,
  seed: number,
): Promise<ReadingReader> {
  const builder = new FeatureBuilder(encoder, roles, maxSeqLength);
  const chosen = sampled(await readFiles(folder, train, readRace), maxTrainExamples, seed);
  const options = chosen[0]!.options.length;
  const files = new Map(
    await Promise.all(
      Object.values(dev).map(async (file) => {
        const choices = await readFiles(folder, file, readRace);
        return [file, { choices, units: await choiceUnits(choices, builder, options) }] as const;
      }),
    ),
  );
  const units = await choiceUnits(chosen, builder, options);
  return {
    task: { kind: "choice", options },
    rowsOfUnit: options,
    train: units,
    features: [units, ...[...files.values()].map((file) => file.units)].flatMap(({ rows }) =>
      rows.flat(),
    ),
    async answer(file, classifier, feeding, context): Promise<AnsweredFile> {
      const { choices, units } = files.get(file)!;
      const logits = await predict(classifier, units, options, feeding, context);
      const { values, probabilities } = predictionsOf(logits, options);
      const labels = choices.map(({ answer }) => answer);
      return {
        rows: choices.map((choice, row) => {
          const exact = Number(values[row] === choice.answer);
          return {
            id: choice.id,
            question: choice.question,
            prediction: choice.options[values[row]!]!,
            right: [choice.options[choice.answer]!],
            exact,
            f1: exact,
            score: probabilities[row * options + values[row]!]!,
          };
        }),
        scores: [
          {
            metric: "accuracy",
            value: accuracy(labels, values),
            baseline: 1 / options,
            baselineName: "chance",
          },
        ],
      };
    },
  };
}
