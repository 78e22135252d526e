import { describe, expect, test } from "vitest";
import { holdsPredictions, showPredictions } from "../../cli/inspect/predictions.ts";
import type { Columns, InputTable } from "../../engine/index.ts";
import { predictionBatch } from "../../stages/eval/prediction-batch.ts";
import { curve, predictions } from "../../stages/eval/tables.ts";
import { task } from "../../stages/eval/task.ts";
import { inMemory } from "../train/rig.ts";

const toy = task({
  name: "toy",
  texts: [0],
  label: 1,
  labels: ["no", "yes"],
  metrics: ["accuracy"],
});

/** Examples of which the first has one piece and each other one more. */
function table(
  labels: readonly number[],
  values: readonly number[],
  sure: readonly number[],
  given: Partial<{ scored: boolean; task: typeof toy; text: string }> = {},
) {
  const examples = labels.map((label, index) => ({
    index,
    id: String(index),
    texts: [`${given.text ?? "text"} ${index}`],
    label,
  }));
  const regression = (given.task ?? toy).labels === "score";
  const batch = predictionBatch(
    given.task ?? toy,
    0,
    { scored: given.scored ?? true, split: "dev", examples },
    {
      values: Float64Array.from(values),
      probabilities: regression
        ? new Float32Array()
        : Float32Array.from(
            values.flatMap((value, row) =>
              value === 1 ? [1 - sure[row]!, sure[row]!] : [sure[row]!, 1 - sure[row]!],
            ),
          ),
    },
    {
      lengths: Int32Array.from(labels, (_, index) => index + 1),
      truncated: labels.map(() => false),
    },
  );
  // Inspect knows a table's columns only when it runs.
  return inMemory(predictions.columns, [batch]) as unknown as InputTable<Columns>;
}

test("predictions are told by their columns", () => {
  expect(holdsPredictions(predictions.columns)).toBe(true);
  expect(holdsPredictions({ split: "utf8", index: "int32" })).toBe(false);
  expect(Object.keys(curve.columns)).not.toContain("texts");
});

describe("predictions as a person reads them", () => {
  test("confusion, score by length, and the mistakes that were surest", async () => {
    const shown = await showPredictions(
      table([0, 0, 1, 1, 1], [0, 1, 1, 0, 0], [0.9, 0.6, 0.7, 0.99, 0.8]),
      2,
      80,
    );
    expect(shown).toBe(`toy dev: 5 examples, 0.4000 right

label  as no  as yes   right
─────  ─────  ──────  ──────
no         1       1  0.5000
yes        2       1  0.3333

length  examples  right
──────  ────────  ─────
1              1      1
2              1      0
3              1      1
4              1      0
5              1      0

the worst mistakes

row 0  example 3  label yes  predicted no
  text   text 3
  model  no 0.9900, yes 0.01

row 1  example 4  label yes  predicted no
  text   text 4
  model  no 0.8000, yes 0.2000`);
  });

  test("scores by how far off they are", async () => {
    const scored = task({ ...toy, labels: "score", metrics: ["pearson"] });
    const shown = await showPredictions(table([1, 2], [1.5, 4], [], { task: scored }), 1, 80);
    expect(shown).toContain("2 examples, mean absolute error 1.250");
    expect(shown).toContain("example 1  label 2  predicted 4");
    expect(shown).toContain("off by 2");
    expect(shown).not.toContain("example 0");
  });

  test("of a split without labels the counts, without a mistake that is said", async () => {
    const unlabelled = table([0, 0, 0], [1, 0, 1], [0.9, 0.9, 0.9], { scored: false });
    const shown = await showPredictions(unlabelled, 3, 80);
    expect(shown).toContain("3 examples without labels");
    expect(shown).toMatch(/yes +2/);
    expect(await showPredictions(table([1], [1], [0.9]), 3, 80)).toContain("no mistake");
  });

  test("nothing of a text reaches the terminal as a control", async () => {
    const hostile = table([0], [1], [0.9], { text: "\u001b]0;pwned\u0007\u202e" });
    const shown = await showPredictions(hostile, 1, 80);
    for (const control of ["\u0007", "\u001b", "\u202e"]) expect(shown).not.toContain(control);
  });
});
