import type { Columns, InputTable } from "../../engine/index.ts";
import { formatInteger, formatNumber } from "../../lib/format.ts";
import { lengthGroups, lengthRange } from "../../lib/length-groups.ts";
import { type Cell, textTable } from "../text-table.ts";
import type { DecodedRow } from "./decoded.ts";
import { firstRows, type TableRow } from "./rows.ts";
import { showDecoded } from "./show.ts";

/** One evaluated example. */
interface Predicted {
  readonly index: number;
  readonly texts: readonly string[];
  readonly length: number;
  readonly label: string;
  readonly prediction: string;
  readonly classes: readonly string[];
  readonly probabilities: readonly number[];
}

/** How many groups of lengths a score is told of. */
const LENGTH_GROUPS = 5;

/** Whether a table is one of predictions, as `evaluate` writes it. */
export function holdsPredictions(columns: Columns): boolean {
  const wanted = ["split", "index", "texts", "length", "label", "prediction", "probabilities"];
  return wanted.every((name) => name in columns);
}

/**
 * What is to be seen in predictions, split by split: which labels are taken for which, how good they are by length, and
 * the `count` worst mistakes. Of a split without labels how often each was predicted.
 */
export async function showPredictions(
  table: InputTable<Columns>,
  count: number,
  width: number,
): Promise<string> {
  const splits = new Map<string, { task: string; rows: Predicted[] }>();
  for (const row of await firstRows(table, Number.POSITIVE_INFINITY)) {
    const split = String(row["split"]);
    const own = splits.get(split) ?? { task: String(row["task"]), rows: [] };
    own.rows.push(plain(row));
    splits.set(split, own);
  }
  const blocks = [...splits].map(([split, { task, rows }]) => {
    const head = `${task} ${split}: ${formatInteger(rows.length)} examples`;
    if (rows.every(({ label }) => label === ""))
      return `${head} without labels${predictedCounts(rows)}`;
    return rows[0]!.classes.length === 0
      ? scored(head, rows, count, width)
      : classified(head, rows, count, width);
  });
  return blocks.join("\n\n");
}

function plain(row: TableRow): Predicted {
  return {
    index: Number(row["index"]),
    texts: row["texts"] as readonly string[],
    length: Number(row["length"]),
    label: String(row["label"]),
    prediction: String(row["prediction"]),
    classes: row["classes"] as readonly string[],
    probabilities: row["probabilities"] as readonly number[],
  };
}

function predictedCounts(rows: readonly Predicted[]): string {
  const { classes } = rows[0]!;
  if (classes.length === 0) return "";
  const counts = classes.map((name) => rows.filter(({ prediction }) => prediction === name).length);
  return `\n\n${textTable(
    ["predicted", "examples"],
    classes.map((name, at) => [name, counts[at]!]),
  )}`;
}

const isRight = ({ label, prediction }: Predicted) => label === prediction;

function classified(
  head: string,
  rows: readonly Predicted[],
  count: number,
  width: number,
): string {
  const { classes } = rows[0]!;
  const right = share(rows, isRight);
  const confusion = classes.map((label): Cell[] => {
    const own = rows.filter((row) => row.label === label);
    const counts = classes.map((name) => own.filter((row) => row.prediction === name).length);
    return [label, ...counts, own.length === 0 ? null : share(own, isRight)];
  });
  const ofLabel = ({ classes, probabilities, label }: Predicted) =>
    probabilities[classes.indexOf(label)] ?? 0;
  const worst = rows
    .filter((row) => !isRight(row))
    .sort((a, b) => ofLabel(a) - ofLabel(b) || a.index - b.index)
    .slice(0, count);
  return [
    `${head}, ${formatNumber(right)} right`,
    textTable(["label", ...classes.map((name) => `as ${name}`), "right"], confusion),
    byLength(rows, "right", (own) => share(own, isRight)),
    ...mistakes(worst, width, probabilitiesOf),
  ].join("\n\n");
}

function scored(head: string, rows: readonly Predicted[], count: number, width: number): string {
  const error = ({ label, prediction }: Predicted) => Math.abs(Number(label) - Number(prediction));
  const mean = (own: readonly Predicted[]) =>
    own.reduce((sum, row) => sum + error(row), 0) / own.length;
  const worst = rows.toSorted((a, b) => error(b) - error(a) || a.index - b.index).slice(0, count);
  return [
    `${head}, mean absolute error ${formatNumber(mean(rows))}`,
    byLength(rows, "mean absolute error", mean),
    ...mistakes(worst, width, (row) => `off by ${formatNumber(error(row))}`),
  ].join("\n\n");
}

function share(rows: readonly Predicted[], holds: (row: Predicted) => boolean): number {
  return rows.filter(holds).length / rows.length;
}

function byLength(
  rows: readonly Predicted[],
  name: string,
  measure: (rows: readonly Predicted[]) => number,
): string {
  const counts = new Map<number, number>();
  for (const { length } of rows) counts.set(length, (counts.get(length) ?? 0) + 1);
  const cells = lengthGroups(counts, LENGTH_GROUPS).map((group): Cell[] => {
    const own = rows.filter(({ length }) => length >= group.shortest && length <= group.longest);
    return [lengthRange(group), own.length, measure(own)];
  });
  return textTable(["length", "examples", name], cells);
}

function mistakes(
  worst: readonly Predicted[],
  width: number,
  why: (row: Predicted) => string,
): string[] {
  if (worst.length === 0) return ["no mistake"];
  const decoded = worst.map((row): DecodedRow => {
    return {
      title: `example ${row.index}  label ${row.label}  predicted ${row.prediction}`,
      lines: [...textLines(row), ["model", why(row)] as const],
    };
  });
  return ["the worst mistakes", showDecoded(decoded, width)];
}

function textLines({ texts }: Predicted): DecodedRow["lines"] {
  const names = texts.length === 1 ? ["text"] : ["text A", "text B"];
  return texts.map((text, at) => [names[at] ?? "text", text] as const);
}

const probabilitiesOf = ({ classes, probabilities }: Predicted): string =>
  classes.map((name, at) => `${name} ${formatNumber(probabilities[at]!)}`).join(", ");

/** One evaluated example as a person reads it: its texts, its label, and what the model takes it for. */
export function decodedPrediction(row: TableRow): DecodedRow {
  const predicted = plain(row);
  const { label, prediction, classes } = predicted;
  const verdict = label === "" || classes.length === 0 ? "" : isRight(predicted) ? " ✓" : " ✗";
  return {
    title: `${row["task"]} ${row["split"]}  example ${predicted.index}  ${predicted.length} pieces`,
    lines: [
      ...textLines(predicted),
      ["label", label === "" ? "none" : label],
      ["predicted", `${prediction}${verdict}`],
      ...(classes.length === 0 ? [] : [["model", probabilitiesOf(predicted)] as const]),
    ],
  };
}
