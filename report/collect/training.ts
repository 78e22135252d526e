import { type Row, rowTable } from "../../engine/index.ts";
import type { NodeFacts } from "../run-facts.ts";
import type { Score } from "./scores.ts";
import { outputsLike, type ReportSource, rowsOf } from "./source.ts";

const curve = rowTable({ step: "int32", split: "utf8" });

/** What was measured while a node trained. */
export interface Training {
  readonly node: string;
  readonly curves: readonly Curve[];
  /** Names of those that were 0 throughout, of which there is nothing to draw. */
  readonly zero: readonly string[];
}

/** One number over the steps. */
export interface Curve {
  readonly name: string;
  readonly train: readonly Point[];
  readonly heldout: readonly Point[];
  /** What is reached without training, where that is known. */
  readonly baseline: number | undefined;
}

export type Point = readonly [step: number, value: number];

/** Curves of what a run did rather than of what it learnt stand behind the others. */
const LAST: ReadonlySet<string> = new Set(["epochs", "rollbacks"]);

/** Of a longer curve neighbours are averaged. */
const MOST_POINTS = 1500;

/** Curves from the tables of the artifacts; of a node without such a table what it measured in this run. */
export async function collectTraining(
  source: ReportSource,
  scores: readonly Score[],
): Promise<readonly Training[]> {
  const trainings: Training[] = [];
  const told = new Set<string>();
  for (const found of outputsLike(source, curve)) {
    const rows = await rowsOf(found);
    const measured = rows.map(measuresOf);
    const names = [...new Set(measured.flatMap(({ values }) => Object.keys(values)))].sort(
      (a, b) => Number(LAST.has(a)) - Number(LAST.has(b)),
    );
    const points = (name: string, heldout: boolean): Point[] =>
      measured
        .filter(({ split }) => (split !== "train") === heldout)
        .flatMap(({ step, values }): Point[] => {
          const value = values[name];
          return value === undefined ? [] : [[step, value]];
        });
    const curves = names.map((name) => ({
      name,
      train: thinned(points(name, false)),
      heldout: thinned(points(name, true)),
      baseline: baselineOf(name, scores),
    }));
    const inRun = source.run?.nodes.find(({ id }) => id === found.node.id);
    trainings.push(training(found.node.id, [...curves, ...measuredCurves(inRun, names)]));
    told.add(found.node.id);
  }
  for (const node of source.run?.nodes ?? []) {
    if (!told.has(node.id)) trainings.push(training(node.id, measuredCurves(node, [])));
  }
  return trainings.filter(({ curves }) => curves.length > 0);
}

interface Measured {
  readonly step: number;
  readonly split: string;
  readonly values: Readonly<Record<string, number>>;
}

/** The numbers of a row: a column each, or one whose name is in the column `metric`. */
function measuresOf({ step, split, ...rest }: Row<(typeof curve)["columns"]>): Measured {
  const { metric, value, ...others } = rest as Readonly<Record<string, unknown>>;
  const named = typeof metric === "string" ? { [metric]: value, ...others } : rest;
  const numbers = Object.entries(named).filter(([, each]) => typeof each === "number");
  return { step, split, values: Object.fromEntries(numbers) as Record<string, number> };
}

/** Curves of what a node measured that its table does not hold. */
function measuredCurves(node: NodeFacts | undefined, known: readonly string[]): Curve[] {
  return Object.entries(node?.metrics ?? {})
    .filter(([name]) => !known.includes(name.replace(/^heldout_/, "")))
    .map(([name, points]) => ({ name, train: thinned(points), heldout: [], baseline: undefined }));
}

function training(node: string, all: readonly Curve[]): Training {
  const measured = all.filter(hasPoints);
  const isZero = ({ train, heldout }: Curve): boolean =>
    [...train, ...heldout].every(([, value]) => value === 0);
  return {
    node,
    curves: measured.filter((each) => !isZero(each)),
    zero: measured.filter(isZero).map(({ name }) => name),
  };
}

function hasPoints({ train, heldout }: Curve): boolean {
  return train.length + heldout.length > 1;
}

/** `masked_lm_loss` is the curve of the score `masked-lm`, `loss`. */
function baselineOf(name: string, scores: readonly Score[]): number | undefined {
  return scores.find(({ task, metric }) => `${task}_${metric}`.replaceAll("-", "_") === name)
    ?.baseline;
}

function thinned(points: readonly Point[]): readonly Point[] {
  const stride = Math.ceil(points.length / MOST_POINTS);
  if (stride <= 1) return points;
  const means: Point[] = [];
  for (let from = 0; from < points.length; from += stride) {
    const some = points.slice(from, from + stride);
    const mean = (axis: 0 | 1): number =>
      some.reduce((sum, point) => sum + point[axis], 0) / some.length;
    means.push([mean(0), mean(1)]);
  }
  return means;
}
