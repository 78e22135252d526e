import { table } from "../../engine/index.ts";
import { type LengthGroup, lengthGroups } from "../../lib/length-groups.ts";
import { outputsLike, type ReportSource, readTable } from "./source.ts";

const predictions = table({
  task: "utf8",
  split: "utf8",
  length: "int32",
  label: "utf8",
  prediction: "utf8",
  classes: "list<utf8>",
});

/** How good a task's predictions are by how long the example is. */
export interface ScoreByLength {
  readonly task: string;
  readonly split: string;
  /** The share of right answers; of numbers the mean absolute error, of which less is better. */
  readonly measure: "share right" | "mean absolute error";
  /** Over all lengths. */
  readonly mean: number;
  /** Fine-tunings whose predictions are taken together. */
  readonly runs: number;
  /** Shortest first. */
  readonly groups: readonly ScoredGroup[];
}

/** Examples of neighbouring lengths, in pieces. */
export interface ScoredGroup extends LengthGroup {
  readonly mean: number;
  /** Two standard errors of the mean, as of so many examples as one run has: runs answer the same ones. */
  readonly error: number;
}

const MOST_GROUPS = 5;

/** Of the predictions of one length, each a number: 1 for a right answer, or how far it is off. */
interface Sums {
  count: number;
  sum: number;
  squares: number;
}

interface Task {
  readonly nodes: Set<string>;
  readonly numbers: boolean;
  readonly lengths: Map<number, Sums>;
}

/** Each task and split with labels whose examples differ in length, all its runs together. */
export async function collectLengths(source: ReportSource): Promise<readonly ScoreByLength[]> {
  const tasks = new Map<string, Task>();
  for (const found of outputsLike(source, predictions))
    await readTable(found, (view, rows) => {
      const { offsets } = view.classes;
      for (let row = 0; row < rows; row++) {
        const label = view.label.get(row);
        if (label === "") continue;
        const key = JSON.stringify([view.task.get(row), view.split.get(row)]);
        const numbers = offsets[row] === offsets[row + 1];
        const task = tasks.get(key) ?? { nodes: new Set(), numbers, lengths: new Map() };
        tasks.set(key, task);
        task.nodes.add(found.node.id);
        const prediction = view.prediction.get(row);
        const value = numbers
          ? Math.abs(Number(label) - Number(prediction))
          : Number(label === prediction);
        const length = view.length[row]!;
        const sums = task.lengths.get(length) ?? { count: 0, sum: 0, squares: 0 };
        task.lengths.set(length, sums);
        sums.count++;
        sums.sum += value;
        sums.squares += value * value;
      }
    });
  return [...tasks].flatMap(([key, task]) => {
    const [name = "", split = ""] = JSON.parse(key) as string[];
    const scored = scoreOf(task);
    return scored.groups.length > 1 ? [{ task: name, split, ...scored }] : [];
  });
}

function scoreOf({ nodes, numbers, lengths }: Task): Omit<ScoreByLength, "task" | "split"> {
  const counts = new Map([...lengths].map(([length, { count }]) => [length, count]));
  const runs = nodes.size;
  return {
    measure: numbers ? "mean absolute error" : "share right",
    mean: meanOf([...lengths.values()], runs).mean,
    runs,
    groups: lengthGroups(counts, MOST_GROUPS).map((group) => {
      const own = [...lengths].filter(
        ([length]) => length >= group.shortest && length <= group.longest,
      );
      return {
        ...group,
        ...meanOf(
          own.map(([, sums]) => sums),
          runs,
        ),
      };
    }),
  };
}

function meanOf(
  all: readonly Sums[],
  runs: number,
): { readonly mean: number; readonly error: number } {
  const total = (of: keyof Sums): number => all.reduce((sum, each) => sum + each[of], 0);
  const count = total("count");
  const mean = total("sum") / count;
  const variance = Math.max(0, total("squares") / count - mean * mean);
  return { mean, error: 2 * Math.sqrt((variance * runs) / count) };
}
