import type { Columns } from "../../engine/index.ts";
import { decodeIds, pieceOf } from "../../lib/tokenizer/decode.ts";
import type { TokenizerDefinition } from "../../lib/tokenizer/definition.ts";
import type { TableRow } from "./rows.ts";

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

/** An example: both segments as they were and as they are fed, what is to be predicted, the order's label. */
function decodedExample(tokenizer: TokenizerDefinition, row: TableRow): DecodedRow {
  const ids = numbers(row["input_ids"]);
  const types = numbers(row["token_type_ids"]);
  const positions = numbers(row["masked_lm_positions"]);
  const labels = numbers(row["masked_lm_ids"]);
  const original = [...ids];
  positions.forEach((position, index) => {
    original[position] = labels[index]!;
  });
  const segment = (of: readonly number[], type: number): string =>
    decodeIds(
      tokenizer,
      of.filter((_, index) => types[index] === type),
    );
  const predicted = positions.map((position, index) => {
    const wanted = pieceOf(tokenizer, labels[index]!);
    return `${position}: ${wanted}${shownAs(tokenizer, labels[index]!, ids[position]!)}`;
  });
  return {
    title: [
      ...origin(row),
      `sentences ${span(row, "a")} | ${span(row, "b")}`,
      `${ids.length} pieces`,
      row["sentence_order_label"] === 1 ? "order: swapped" : "order: original",
    ].join("  "),
    lines: [
      ["text A", segment(original, 0)],
      ["text B", segment(original, 1)],
      ["masked A", segment(ids, 0)],
      ["masked B", segment(ids, 1)],
      ["predict", predicted.join(", ")],
    ],
  };
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

function shownAs(tokenizer: TokenizerDefinition, wanted: number, fed: number): string {
  if (fed === tokenizer.roles.mask) return "";
  return fed === wanted ? " (kept)" : ` (fed as ${pieceOf(tokenizer, fed)})`;
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
