import { table } from "../../engine/index.ts";
import { outputsLike, type ReportSource, readTable } from "./source.ts";

const predictions = table({
  task: "utf8",
  split: "utf8",
  label: "utf8",
  prediction: "utf8",
  probability: "float32",
  texts: "list<utf8>",
  classes: "list<utf8>",
});

/** A wrong answer of which the model was sure. */
export interface Mistake {
  readonly task: string;
  readonly split: string;
  readonly texts: readonly string[];
  readonly label: string;
  readonly prediction: string;
  readonly probability: number;
}

/** Of each node. */
const WORST = 5;
const LONGEST = 200;

/** The wrong answers that the model was surest of, of each node's predictions; not of numbers, which are never right. */
export async function collectMistakes(source: ReportSource): Promise<readonly Mistake[]> {
  const all: Mistake[] = [];
  for (const found of outputsLike(source, predictions)) {
    let worst: Mistake[] = [];
    await readTable(found, (view, rows) => {
      const { offsets, values } = view.texts;
      for (let row = 0; row < rows; row++) {
        const probability = view.probability[row]!;
        if (worst.length === WORST && probability <= worst.at(-1)!.probability) continue;
        if (view.classes.offsets[row] === view.classes.offsets[row + 1]) continue;
        const [label, prediction] = [view.label.get(row), view.prediction.get(row)];
        if (label === "" || label === prediction) continue;
        const texts: string[] = [];
        for (let index = offsets[row]!; index < offsets[row + 1]!; index++)
          texts.push(shortened(values.get(index)));
        const [task, split] = [view.task.get(row), view.split.get(row)];
        worst = [...worst, { task, split, texts, label, prediction, probability }]
          .sort((a, b) => b.probability - a.probability)
          .slice(0, WORST);
      }
    });
    all.push(...worst);
  }
  return all;
}

function shortened(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
