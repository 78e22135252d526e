import { CsvError, parse } from "csv-parse/sync";
import { PipelineError } from "../../../engine/index.ts";
import { type Asked, type FileRow, type FileRows, fromEnd, placesOf, shown } from "./rows.ts";

interface Cells {
  readonly line: number;
  readonly cells: readonly string[];
}

/** Tab-separated lines, ended by LF or CRLF: quotation marks are mere characters, wherever they stand. */
export function readTsv(text: string, asked: Asked): FileRows {
  const lines = text === "" ? [] : text.replace(/\r?\n$/, "").split(/\r?\n/);
  return placed(
    lines.map((line, index) => ({ line: index + 1, cells: line.split("\t") })),
    asked,
  );
}

/** Rows by RFC 4180: a cell may stand in double quotes, a double quote in it is doubled. */
export function readCsv(text: string, asked: Asked): FileRows {
  const delimiter = /\.(tsv|tab|txt)$/i.test(asked.file) ? "\t" : ",";
  const rows: Cells[] = [];
  let line = 1;
  try {
    parse(text, {
      delimiter,
      record_delimiter: ["\r\n", "\n", "\r"],
      relax_column_count: true,
      onRecord: (cells: string[], { lines }: { lines: number }) => {
        if (cells.length > 1 || cells[0] !== "") rows.push({ line, cells });
        line = lines + 1;
        return null;
      },
    });
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    throw new PipelineError(`${asked.task}: the columns of ${asked.file} cannot be told apart`, {
      where: `${asked.file}, line ${line}`,
      expected: "cells in double quotes as a whole or without any, double quotes in them doubled",
      got: cause.code,
      hint: "if quotes are mere characters in it, separate its columns by tabs and name it .tsv",
      cause,
    });
  }
  return placed(rows, asked);
}

function placed(lines: readonly Cells[], asked: Asked): FileRows {
  const [first] = lines;
  if (first === undefined) return { unit: "line", rows: [] };
  const { columns, header, task, file } = asked;
  if (!header) {
    const named = columns.find((column) => typeof column === "string");
    if (named !== undefined)
      throw new PipelineError(`${task}: ${file} has no header to find a column in`, {
        where: file,
        expected: "columns by number where header is false",
        got: shown(named),
      });
  }
  const width = first.cells.length;
  const places = header
    ? placesOf(asked, first.cells)
    : columns.map((column) => fromEnd(column as number, width));
  // Without a header the first line may be the broken one: then all others will be.
  const least = Math.max(width, ...places.map((place) => place + 1));
  const rows = (header ? lines.slice(1) : lines).map(({ line, cells }): FileRow => {
    if (cells.length === width && width >= least)
      return { line, values: places.map((place) => cells[place]) };
    return { line, broken: `${cells.length} columns instead of ${least}` };
  });
  const named = header && { header: places.map((place) => first.cells[place]!) };
  return { unit: "line", rows, ...named };
}
