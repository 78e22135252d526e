import type { Columns } from "../../engine/index.ts";
import { decodeIds, pieceOf } from "../../lib/tokenizer/decode.ts";
import type { TokenizerDefinition } from "../../lib/tokenizer/definition.ts";
import type { TableRow } from "./rows.ts";

/** An example as it is fed, and the ids that stood at its masked positions. */
export interface AskedExample {
  readonly ids: readonly number[];
  readonly types: readonly number[];
  readonly positions: readonly number[];
  readonly targets: readonly number[];
}

/** A row as a person reads it: a headline and named lines of text. */
export interface DecodedRow {
  readonly title: string;
  readonly lines: readonly (readonly [name: string, text: string])[];
}

/** How rows of a table with these columns are decoded; undefined where they are shown as they are. */
export function decoderOf(
  columns: Columns,
): ((tokenizer: TokenizerDefinition, row: TableRow) => DecodedRow) | undefined {
  const has = (...names: readonly string[]): boolean => names.every((name) => name in columns);
  if (has("input_ids", "token_type_ids", "masked_lm_positions", "masked_lm_ids"))
    return decodedExample;
  return has("input_ids") ? decodedSentence : undefined;
}

/** What a row of examples asks of a model. */
export function askedOf(row: TableRow): AskedExample {
  return {
    ids: numbers(row["input_ids"]),
    types: numbers(row["token_type_ids"]),
    positions: numbers(row["masked_lm_positions"]),
    targets: numbers(row["masked_lm_ids"]),
  };
}

/** Indices of masked positions, those in a row together. */
export function maskedRuns(positions: readonly number[]): number[][] {
  const runs: number[][] = [];
  for (const [index, position] of positions.entries()) {
    if (index > 0 && positions[index - 1] === position - 1) runs.at(-1)!.push(index);
    else runs.push([index]);
  }
  return runs;
}

/** An example: both segments as they were and as they are fed, what is to be predicted, the order's label. */
function decodedExample(tokenizer: TokenizerDefinition, row: TableRow): DecodedRow {
  const { ids, types, positions, targets } = askedOf(row);
  const original = [...ids];
  positions.forEach((position, index) => {
    original[position] = targets[index]!;
  });
  const segment = (of: readonly number[], type: number): string =>
    decodeIds(
      tokenizer,
      of.filter((_, index) => types[index] === type),
    );
  return {
    title: [
      ...origin(row),
      `sentences ${span(row, "a")} | ${span(row, "b")}`,
      `${ids.length} pieces`,
      `order: ${orderOf(row)}`,
    ].join("  "),
    lines: [
      ["text A", segment(original, 0)],
      ["text B", segment(original, 1)],
      ["masked A", segment(ids, 0)],
      ["masked B", segment(ids, 1)],
      ["predict", predictions(tokenizer, askedOf(row)).join(", ")],
    ],
  };
}

/** What the label says, in words. */
function orderOf(row: TableRow): string {
  const other = row["b_document_key"];
  const elsewhere = other !== undefined && other !== row["document_key"];
  switch (row["sentence_order_label"]) {
    case 1:
      return elsewhere ? `none, B is from ${other}` : "swapped, B came first";
    case 0:
      return "original, A came first";
    default:
      return "not asked";
  }
}

/** What is to be predicted, pieces in a row together: where, the text that stood there, and what is fed for it. */
function predictions(
  tokenizer: TokenizerDefinition,
  { ids, positions, targets }: AskedExample,
): string[] {
  return maskedRuns(positions).map((run) => {
    const wanted = run.map((index) => targets[index]!);
    const fed = run.map((index) => ids[positions[index]!]!);
    const text = decodeIds(tokenizer, wanted);
    return `${positions[run[0]!]}: ${text}${shownAs(tokenizer, wanted, fed)}`;
  });
}

/** A tokenised sentence: its text again and its pieces. */
function decodedSentence(tokenizer: TokenizerDefinition, row: TableRow): DecodedRow {
  const ids = numbers(row["input_ids"]);
  const sentence = row["sentence"] === undefined ? [] : [`sentence ${row["sentence"]}`];
  return {
    title: [...origin(row), ...sentence, `${ids.length} pieces`].join("  "),
    lines: [
      ["text", decodeIds(tokenizer, ids)],
      ["pieces", ids.map((id) => pieceOf(tokenizer, id)).join(" ")],
    ],
  };
}

function shownAs(
  tokenizer: TokenizerDefinition,
  wanted: readonly number[],
  fed: readonly number[],
): string {
  if (fed.every((id) => id === tokenizer.roles.mask)) return "";
  const kept = fed.every((id, index) => id === wanted[index]);
  return kept ? " (kept)" : ` (fed as ${fed.map((id) => pieceOf(tokenizer, id)).join(" ")})`;
}

function origin(row: TableRow): string[] {
  return [row["document_key"], row["split"]].filter((value) => typeof value === "string");
}

function span(row: TableRow, segment: string): string {
  return `${row[`${segment}_start`]}–${row[`${segment}_end`]}`;
}

function numbers(value: TableRow[string] | undefined): readonly number[] {
  return Array.isArray(value) ? (value as readonly number[]) : [];
}
