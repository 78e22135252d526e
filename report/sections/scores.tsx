import { formatInteger, formatNumber } from "../../lib/format.ts";
import { scoreChart } from "../charts/score-chart.ts";
import type { GlueRow } from "../collect/glue.ts";
import type { ScoreByLength } from "../collect/lengths.ts";
import type { Mistake } from "../collect/mistakes.ts";
import type { Confusion, Score } from "../collect/scores.ts";
import { percent } from "../names.ts";
import { GlueTable, Lengths, Mistakes } from "./evaluation.tsx";
import { DataTable, Figure, Key, Scroll, Section } from "./parts.tsx";

/** What the model can do, beside what can be done without it, and which labels it confuses. */
export function Scores(props: {
  readonly scores: readonly Score[];
  readonly confusions: readonly Confusion[];
  readonly lengths: readonly ScoreByLength[];
  readonly glue: readonly GlueRow[];
  readonly mistakes: readonly Mistake[];
}) {
  const { scores, confusions, lengths, glue, mistakes } = props;
  if (scores.length + confusions.length + glue.length === 0) return null;
  const chart = scoreChart(scores);
  const spread = scores.some(({ values }) => values.length > 1);
  return (
    <Section
      id="scores"
      title="Scores"
      lead={
        <>
          How well the model does on text that it was not trained on. A score says little by itself,
          so each stands beside its baseline: what is reached without reading the text, such as by
          always giving the most frequent answer.
        </>
      }
    >
      {scores.length === 0 ? null : <ScoreTable scores={scores} spread={spread} />}
      {chart === undefined ? null : (
        <Figure
          drawing={chart}
          caption={
            <>
              <Key kind="ours" /> score{spread ? ", a dot a run" : ""} <Key kind="other" />{" "}
              baseline. To the right is better.
            </>
          }
        />
      )}
      <GlueTable rows={glue} />
      {confusions.length === 0 ? null : (
        <>
          <h3>Which labels are confused</h3>
          <p>
            A row is a true label, a column what the model answered; right answers stand on the
            diagonal. The darker, the larger the share of its row.
          </p>
          <div className="matrices">
            {confusions.map((confusion) => (
              <Matrix
                key={`${confusion.node} ${confusion.task} ${confusion.split}`}
                {...confusion}
              />
            ))}
          </div>
        </>
      )}
      <Lengths lengths={lengths} />
      <Mistakes mistakes={mistakes} />
    </Section>
  );
}

function ScoreTable(props: { readonly scores: readonly Score[]; readonly spread: boolean }) {
  const columns = [
    { name: "task" },
    { name: "metric" },
    { name: "split" },
    { name: props.spread ? "median" : "score", number: true },
    ...(props.spread
      ? [
          { name: "lowest", number: true },
          { name: "highest", number: true },
          { name: "runs", number: true },
        ]
      : []),
    { name: "baseline", number: true },
    { name: "which is" },
    { name: "beats it" },
    { name: "examples", number: true },
  ];
  return (
    <DataTable
      caption="Scores beside their baselines"
      columns={columns}
      rows={props.scores.map((score) => [
        score.task,
        score.metric,
        score.split,
        <strong key="value">{formatNumber(score.median)}</strong>,
        ...(props.spread ? [score.values[0]!, score.values.at(-1)!, score.values.length] : []),
        score.baseline ?? null,
        score.baselineName,
        verdict(score),
        score.examples ?? null,
      ])}
    />
  );
}

/** In words, so that it is never told by colour alone. */
function verdict(score: Score) {
  const { median, baseline, better } = score;
  if (baseline === undefined) return null;
  const gain = better === "higher" ? median - baseline : baseline - median;
  if (Math.abs(gain) < 1e-9) return "the same";
  if (Math.abs(gain) < chance(score)) return "no clear difference";
  const by = formatNumber(Math.abs(gain));
  return gain > 0 ? (
    <span className="good">✓ by {by}</span>
  ) : (
    <span className="bad">✗ short by {by}</span>
  );
}

/** Two standard errors of a share of so many examples (normal approximation of the binomial); 0 for other metrics. */
function chance({ metric, median, examples }: Score): number {
  if (metric !== "accuracy" || examples === undefined || examples === 0) return 0;
  return 2 * Math.sqrt((median * (1 - median)) / examples);
}

const SHADES = 9;

function Matrix({ task, split, labels, counts, examples }: Confusion) {
  const right = labels.reduce((sum, _, index) => sum + counts[index]![index]!, 0);
  const caption = `${task}, ${split}: ${formatInteger(right)} of ${formatInteger(examples)} right (${percent(right / examples)})`;
  return (
    <Scroll label={caption}>
      <table className="matrix">
        <caption>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">label ↓ answer →</th>
            {labels.map((label) => (
              <th key={label} scope="col" className="number">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {labels.map((label, row) => {
            const total = counts[row]!.reduce((sum, count) => sum + count, 0);
            return (
              <tr key={label}>
                <th scope="row">{label}</th>
                {counts[row]!.map((count, column) => (
                  <td
                    key={labels[column]}
                    className={`number shade-${total === 0 ? 0 : Math.round((count / total) * SHADES)}${row === column ? " diagonal" : ""}`}
                  >
                    {formatInteger(count)}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scroll>
  );
}
