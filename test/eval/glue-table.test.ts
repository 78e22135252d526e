import { describe, expect, test } from "vitest";
import { tableRows } from "../../stages/eval/glue-table/rows.ts";
import type { ScoreRow } from "../../stages/eval/scoring.ts";

const score = (
  task: string,
  metric: string,
  value: number,
  more: Partial<ScoreRow> = {},
): ScoreRow => ({
  task,
  metric,
  split: "dev",
  value,
  baseline: 0.5,
  baseline_name: "majority",
  better: "higher",
  examples: 100,
  seed: 0,
  ...more,
});

const runs = (task: string, metric: string, values: readonly number[], more = {}) =>
  values.map((value, seed) => score(task, metric, value, { seed, ...more }));

const options = { startedFrom: {} };

describe("the GLUE table", () => {
  test("has median and range over the runs, beside baselines and the published number", () => {
    const [row] = tableRows(
      runs("RTE", "accuracy", [0.7, 0.6, 0.65]),
      [score("RTE", "accuracy", 0.55)],
      { startedFrom: { RTE: "MNLI" } },
    );
    expect(row).toEqual({
      task: "RTE",
      metric: "accuracy",
      split: "dev",
      runs: 3,
      median: 0.65,
      lowest: 0.6,
      highest: 0.7,
      majority: 0.5,
      bag_of_words: 0.55,
      paper: 0.892,
      examples: 100,
      note: "from MNLI",
    });
    const [even] = tableRows(runs("RTE", "accuracy", [0.7, 0.6]), [], options);
    expect(even).toMatchObject({ median: expect.closeTo(0.65), bag_of_words: null });
  });

  test("publishes nothing for other metrics, splits and tasks", () => {
    const papers = tableRows(
      [
        score("MRPC", "f1", 0.8),
        score("MRPC", "accuracy", 0.8),
        score("MNLI", "accuracy", 0.8, { split: "dev_mismatched" }),
        score("__proto__", "accuracy", 0.8),
      ],
      [],
      options,
    ).map(({ paper }) => paper);
    expect(papers.slice(0, 4)).toEqual([null, 0.909, null, null]);
  });

  test("averages over tasks, a task's metrics and splits first, by seed", () => {
    const rows = tableRows(
      [
        ...runs("CoLA", "matthews", [0.2, 0.4]),
        ...runs("MRPC", "f1", [0.8, 0.9]),
        ...runs("MRPC", "accuracy", [0.6, 0.7]),
      ],
      [],
      options,
    );
    const average = rows.at(-1)!;
    expect(average).toMatchObject({ task: "average", metric: "2 tasks", runs: 2, note: "" });
    expect(average.lowest).toBeCloseTo((0.2 + 0.7) / 2);
    expect(average.highest).toBeCloseTo((0.4 + 0.8) / 2);
    expect(average.paper).toBeCloseTo((0.714 + 0.909) / 2);
    expect(average.bag_of_words).toBeNull();
  });

  test("says what became of WNLI, and averages without it as well", () => {
    const rows = tableRows(
      [...runs("RTE", "accuracy", [0.6, 0.7]), score("WNLI", "accuracy", 0.56)],
      [],
      { ...options, wnli: "majority" },
    );
    expect(rows.map(({ task, metric, note }) => [task, metric, note])).toEqual([
      ["RTE", "accuracy", ""],
      ["WNLI", "accuracy", "always the majority label: its dev set contradicts its training set"],
      ["average", "2 tasks", "WNLI: majority"],
      ["average", "1 task", "without WNLI"],
    ]);
    expect(rows[2]!.highest).toBeCloseTo((0.7 + 0.56) / 2);
    const excluded = tableRows(runs("RTE", "accuracy", [0.6]), [], { ...options, wnli: "exclude" });
    expect(excluded.at(-1)).toMatchObject({ metric: "1 task", note: "WNLI: exclude" });
  });
});
