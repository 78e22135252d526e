import { CsvError, parse } from "csv-parse";
import { PipelineError } from "../../../engine/index.ts";
import { decode } from "../decode.ts";
import { LONGEST_LINE } from "../lines.ts";
import type { ReaderInput } from "../reader.ts";
import type { Encoding } from "../source-options.ts";
import { readLines } from "./lines.ts";

/** A row that is not blank, and the line at which it begins. */
export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/** Rows whose cells hold neither delimiters nor line breaks: quotes are ordinary characters. */
export async function* plainRows(
  input: ReaderInput,
  encoding: Encoding,
  delimiter: string,
): AsyncGenerator<readonly CsvRow[]> {
  const onTooLong = (line: number, begin: string) =>
    input.reject(line, `longer than ${LONGEST_LINE} characters`, begin);
  let line = 0;
  for await (const some of readLines(input, encoding, { onTooLong })) {
    const rows: CsvRow[] = [];
    for (const text of some) {
      line++;
      if (text !== "") rows.push({ line, cells: text.split(delimiter) });
    }
    yield rows;
  }
}

/** Rows by RFC 4180, with LF, CRLF or CR: a cell may stand in double quotes, a double quote in it is doubled. */
export async function* quotedRows(
  input: ReaderInput,
  encoding: Encoding,
  delimiter: string,
): AsyncGenerator<readonly CsvRow[]> {
  const parser = parse({
    delimiter,
    record_delimiter: ["\r\n", "\n", "\r"],
    // What is wrong with a row's length is the reader's to say.
    relax_column_count: true,
    max_record_size: LONGEST_LINE,
  });
  // An error is thrown where the rows are taken.
  parser.on("error", () => {});
  let line = 1;
  const rowOf = (cells: readonly string[]): CsvRow => {
    const row = { line, cells };
    line++;
    for (const cell of cells) line += breaksIn(cell);
    return row;
  };
  try {
    for await (const piece of decode(input.bytes, { ...input, encoding })) {
      parser.write(piece);
      const rows: CsvRow[] = [];
      for (let cells = parser.read(); cells !== null; cells = parser.read())
        rows.push(rowOf(cells as string[]));
      if (parser.errored) throw parser.errored;
      yield rows.filter(isNotBlank);
    }
    parser.end();
    const rows: CsvRow[] = [];
    for await (const cells of parser) rows.push(rowOf(cells as string[]));
    yield rows.filter(isNotBlank);
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    throw new PipelineError(`the columns of ${input.where} cannot be told apart`, {
      where: `${input.where}:${line}`,
      expected: "cells in double quotes as a whole or without any, double quotes in them doubled",
      got: cause.code,
      hint: "give the source quoting: false if a quote is an ordinary character in it",
      cause,
    });
  } finally {
    parser.destroy();
  }
}

function isNotBlank({ cells }: CsvRow): boolean {
  return cells.length > 1 || cells[0] !== "";
}

function breaksIn(cell: string): number {
  if (!cell.includes("\n") && !cell.includes("\r")) return 0;
  return cell.split(/\r\n?|\n/).length - 1;
}
