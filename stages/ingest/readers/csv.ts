import { PipelineError } from "../../../engine/index.ts";
import { paragraphsOf } from "../paragraphs.ts";
import type { RawDocument, Reader } from "../reader.ts";
import type { SourceOf } from "../sources.ts";
import { plainRows, quotedRows } from "./csv-rows.ts";
import { BrokenRecord, documentOf, keyOf } from "./record.ts";

/** Comma- or tab-separated values: a document a row. */
export const readCsv: Reader<"csv"> = async function* (input, source) {
  const { where, cleaned } = input;
  const delimiter = source.delimiter ?? (/\.(tsv|tab)$/i.test(input.name) ? "\t" : ",");
  const quoting = source.quoting ?? delimiter !== "\t";
  const rows = (quoting ? quotedRows : plainRows)(input, source.encoding, delimiter);
  let places: Places | undefined;
  for await (const some of rows) {
    const finished: RawDocument[] = [];
    for (const { line, cells } of some) {
      if (places === undefined) {
        places = placesOf(source, cells, where);
        if (source.header) continue;
      }
      if (cells.length !== places.width) {
        const reason = `columns: ${cells.length} instead of ${places.width}`;
        input.reject(line, reason, cells.join(delimiter));
        continue;
      }
      try {
        finished.push(documentIn(cells, line, places, source, cleaned));
      } catch (error) {
        if (!(error instanceof BrokenRecord)) throw error;
        input.reject(line, error.message, cells.join(delimiter), error.hint);
      }
    }
    yield finished;
  }
};

/** Numbers of the columns that are read, from 0, and of how many. */
interface Places {
  readonly width: number;
  readonly texts: readonly number[];
  readonly key: number | undefined;
  readonly title: number | undefined;
  readonly language: number | undefined;
}

function placesOf(source: SourceOf<"csv">, first: readonly string[], where: string): Places {
  const place = (column: string | number): number => {
    const found = typeof column === "number" ? column : source.header ? first.indexOf(column) : -1;
    const twice = typeof column === "string" && found !== first.lastIndexOf(column);
    if (found >= 0 && found < first.length && !(twice && source.header)) return found;
    throw new PipelineError(
      twice && source.header ? "two columns have the same name" : "no such column",
      {
        where,
        expected: source.header
          ? `one of ${first.map((name, index) => `${index}: ${name}`).join(", ")}`
          : `a number from 0 to ${first.length - 1}`,
        got: String(column),
        hint: source.header
          ? "name a column by its header or its number; header: false if the first row is data"
          : "name columns by their numbers where there is no header",
      },
    );
  };
  const optional = (column: string | number | undefined) =>
    column === undefined ? undefined : place(column);
  return {
    width: first.length,
    texts: [source.textColumns].flat().map(place),
    key: optional(source.keyColumn),
    title: optional(source.titleColumn),
    language: optional(source.languageColumn),
  };
}

function documentIn(
  cells: readonly string[],
  line: number,
  { texts, key, title, language }: Places,
  { paragraphs }: SourceOf<"csv">,
  cleaned: (line: string) => string,
): RawDocument {
  const blocks = texts.flatMap((place) => paragraphsOf(cells[place]!, paragraphs, cleaned));
  const label = (place: number | undefined) =>
    place === undefined || cells[place] === "" ? undefined : cells[place];
  const givenKey = key === undefined ? undefined : keyOf(cells[key], "the key column");
  return documentOf(
    line,
    blocks,
    { givenKey, title: label(title), language: label(language) },
    cleaned,
  );
}
