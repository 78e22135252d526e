import { formatNumber } from "../../lib/format.ts";
import { lengthChart } from "../charts/length-chart.ts";
import type { GlueRow } from "../collect/glue.ts";
import type { ScoreByLength } from "../collect/lengths.ts";
import type { Mistake } from "../collect/mistakes.ts";
import { percent } from "../names.ts";
import { DataTable, Figure, Key } from "./parts.tsx";

/** GLUE's tasks with the spread of their runs, beside simpler means and the paper. */
export function GlueTable({ rows }: { readonly rows: readonly GlueRow[] }) {
  if (rows.length === 0) return null;
  const numbers = [
    "median",
    "lowest",
    "highest",
    "runs",
    "majority",
    "bag of words",
    "paper",
    "examples",
  ];
  return (
    <>
      <h3>GLUE</h3>
      <p>
        Fine-tuned several times where there are several runs. Beside it: always the most frequent
        answer (majority), a linear model of the words (bag of words), and what the paper’s largest
        ALBERT reaches.
      </p>
      <DataTable
        caption="GLUE: medians and spreads over runs"
        columns={[
          { name: "task" },
          { name: "metric" },
          { name: "split" },
          ...numbers.map((name) => ({ name, number: true })),
          { name: "note", wrap: true },
        ]}
        rows={rows.map((row) => [
          row.task,
          row.metric,
          row.split,
          <strong key="median">{formatNumber(row.median)}</strong>,
          row.lowest,
          row.highest,
          row.runs,
          row.majority,
          row.bag_of_words,
          row.paper,
          row.examples,
          row.note,
        ])}
      />
    </>
  );
}

/** How good each task's predictions are by the length of the example. */
export function Lengths({ lengths }: { readonly lengths: readonly ScoreByLength[] }) {
  if (lengths.length === 0) return null;
  return (
    <>
      <h3>Scores by length</h3>
      <p>
        Examples in groups of about the same number, from the shortest to the longest as the model
        reads them, in pieces.
      </p>
      <div className="curves">
        {lengths.map((each) => (
          <div key={`${each.task} ${each.split}`} className="curve">
            <Figure
              drawing={lengthChart(each)}
              caption={
                <>
                  <b>
                    {each.task}, {each.split}:
                  </b>{" "}
                  <Key kind="ours" /> {each.measure}
                  {each.runs > 1 ? ` over ${each.runs} runs` : ""}, with two standard errors either
                  side <Key kind="other" /> of all lengths
                  {each.measure === "share right" ? "" : "; less is better"}
                </>
              }
            />
          </div>
        ))}
      </div>
    </>
  );
}

/** Wrong answers that the model was surest of. */
export function Mistakes({ mistakes }: { readonly mistakes: readonly Mistake[] }) {
  if (mistakes.length === 0) return null;
  return (
    <>
      <h3>Surest mistakes</h3>
      <DataTable
        caption="Wrong answers that the model was surest of"
        columns={[
          { name: "task" },
          { name: "text", wrap: true },
          { name: "right" },
          { name: "answer" },
          { name: "sure", number: true },
        ]}
        rows={mistakes.map(({ task, texts, label, prediction, probability }) => [
          task,
          texts.join(" ‖ "),
          label,
          prediction,
          percent(probability),
        ])}
      />
    </>
  );
}
