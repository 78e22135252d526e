import { PipelineError } from "../../../engine/index.ts";
import type { FeatureBuilder } from "../features.ts";
import type { Units } from "../units.ts";
import type { Choice } from "./race.ts";

/**
 * A row an option: the passage, and the question with the option in its blank or after it (Lai et al., 2017; as the
 * reference's run_race). A PipelineError unless all questions have equally many options.
 */
export async function choiceUnits(
  choices: readonly Choice[],
  builder: FeatureBuilder,
  options: number,
): Promise<Units> {
  const other = choices.find((choice) => choice.options.length !== options);
  if (other !== undefined)
    throw new PipelineError("a question has another number of options", {
      where: other.id,
      expected: `${options}`,
      got: `${other.options.length}`,
    });
  const features = await builder.build(
    choices.flatMap(({ article, question, options }) =>
      options.map((option) => ({ texts: [article, filled(question, option)] })),
    ),
  );
  return {
    rows: choices.map((_, index) => features.slice(index * options, (index + 1) * options)),
    targets(units, batchSize) {
      const labels = new Int32Array(batchSize);
      const weights = new Float32Array(batchSize);
      for (const [row, unit] of units.entries()) {
        labels[row] = choices[unit]!.answer;
        weights[row] = 1;
      }
      return { labels, weights };
    },
  };
}

function filled(question: string, option: string): string {
  return question.includes("_") ? question.replace("_", () => option) : `${question} ${option}`;
}
