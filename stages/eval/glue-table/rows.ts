import type { Row } from "../../../engine/index.ts";
import { spread } from "../../../lib/spread.ts";
import type { ScoreRow } from "../scoring.ts";
import type { glueScores } from "../tables.ts";
import { publishedScore } from "./published.ts";

export type GlueRow = Row<typeof glueScores.columns>;

export interface TableOptions {
  readonly wnli?: "majority" | "fine-tune" | "exclude" | undefined;
  readonly startedFrom: Readonly<Record<string, string>>;
}

/** All runs of one task's metric on one split. */
interface Group {
  readonly task: string;
  readonly metric: string;
  readonly split: string;
  readonly runs: readonly ScoreRow[];
  readonly words: number | undefined;
}

const WNLI_NOTES = {
  majority: "always the majority label: its dev set contradicts its training set",
  "fine-tune": "fine-tuned: its dev set contradicts its training set",
  exclude: "",
} as const;

/** The table's rows: each metric of each task in the order of the runs, then the averages. */
export function tableRows(
  runs: readonly ScoreRow[],
  words: readonly ScoreRow[],
  options: TableOptions,
): GlueRow[] {
  const groups = groupsOf(runs, words);
  const rows = groups.map((group): GlueRow => {
    const { task, metric, split, runs } = group;
    const from = Object.hasOwn(options.startedFrom, task) ? options.startedFrom[task] : undefined;
    const notes = [
      ...(task === "WNLI" && options.wnli !== undefined ? [WNLI_NOTES[options.wnli]] : []),
      ...(from === undefined ? [] : [`from ${from}`]),
      ...(split === "heldout" ? ["held out of the training file"] : []),
    ];
    return {
      task,
      metric,
      split,
      runs: runs.length,
      ...spread(runs.map(({ value }) => value)),
      majority: runs[0]!.baseline,
      bag_of_words: group.words ?? null,
      paper: publishedScore(task, metric, split) ?? null,
      examples: runs[0]!.examples,
      note: notes.join("; "),
    };
  });
  return [...rows, ...averages(groups, options)];
}

function groupsOf(runs: readonly ScoreRow[], words: readonly ScoreRow[]): readonly Group[] {
  const key = ({ task, metric, split }: ScoreRow) => JSON.stringify([task, metric, split]);
  const groups = new Map<string, ScoreRow[]>();
  for (const row of runs) {
    const group = groups.get(key(row)) ?? [];
    group.push(row);
    groups.set(key(row), group);
  }
  const baselines = new Map(words.map((row) => [key(row), row.value]));
  return [...groups].map(([name, own]) => {
    const { task, metric, split } = own[0]!;
    return { task, metric, split, runs: own, words: baselines.get(name) };
  });
}

/** GLUE's score: the mean over tasks of the mean over a task's metrics and splits; with and without WNLI. */
function averages(groups: readonly Group[], { wnli }: TableOptions): GlueRow[] {
  const tasks = [...new Set(groups.map(({ task }) => task))];
  const others = tasks.filter((task) => task !== "WNLI");
  const said = wnli === undefined ? "" : `WNLI: ${wnli}`;
  const rows = [averageRow(groups, tasks, said)];
  if (others.length < tasks.length && others.length > 0)
    rows.push(averageRow(groups, others, "without WNLI"));
  return rows;
}

function averageRow(groups: readonly Group[], tasks: readonly string[], note: string): GlueRow {
  const own = groups.filter(({ task }) => tasks.includes(task));
  const seeds = [...new Set(own.flatMap(({ runs }) => runs.map(({ seed }) => seed)))];
  const average = (numberOf: (group: Group) => number | undefined): number | undefined => {
    const means = tasks.map((task) => {
      const values = own.filter((group) => group.task === task).map(numberOf);
      const known = values.filter((value) => value !== undefined);
      return known.length === 0 ? undefined : mean(known);
    });
    const known = means.filter((value) => value !== undefined);
    return known.length === tasks.length ? mean(known) : undefined;
  };
  // A task without a run of that seed counts with its only or first run, as a majority's does.
  const bySeed = seeds.map((seed) =>
    average(({ runs }) => (runs.find((run) => run.seed === seed) ?? runs[0]!).value),
  );
  return {
    task: "average",
    metric: `${tasks.length} ${tasks.length === 1 ? "task" : "tasks"}`,
    split: "",
    runs: seeds.length,
    ...spread(bySeed.map((value) => value!)),
    majority: average(({ runs }) => runs[0]!.baseline ?? undefined) ?? null,
    bag_of_words: average(({ words }) => words) ?? null,
    paper: average(({ task, metric, split }) => publishedScore(task, metric, split)) ?? null,
    examples: own.reduce((sum, { runs }) => sum + runs[0]!.examples, 0),
    note,
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
