import { LONGEST_LINE } from "../lines.ts";
import { paragraphsOf } from "../paragraphs.ts";
import type { RawDocument, Reader, ReaderInput } from "../reader.ts";
import type { SourceOf } from "../sources.ts";
import { readLines } from "./lines.ts";
import { BrokenRecord, documentOf, keyOf, labelOf } from "./record.ts";

/** JSON lines: a document a line that is not blank. */
export const readJsonl: Reader<"jsonl"> = async function* (input, source) {
  const onTooLong = (line: number, begin: string) =>
    input.reject(line, `longer than ${LONGEST_LINE} characters`, begin);
  let line = 0;
  for await (const some of readLines(input, source.encoding, { onTooLong })) {
    const finished: RawDocument[] = [];
    for (const raw of some) {
      line++;
      if (raw.trim() === "") continue;
      try {
        finished.push(documentIn(raw, line, source, input));
      } catch (error) {
        if (!(error instanceof BrokenRecord)) throw error;
        input.reject(line, error.message, raw, error.hint);
      }
    }
    yield finished;
  }
};

function documentIn(
  raw: string,
  line: number,
  source: SourceOf<"jsonl">,
  { cleaned }: ReaderInput,
): RawDocument {
  const record = parse(raw);
  const { textField, keyField, titleField, languageField } = source;
  const text = required(record, textField, "textField");
  if (typeof text !== "string") throw new BrokenRecord(`${textField} is no string`);
  const label = (path: string | undefined) =>
    path === undefined ? undefined : labelOf(lookedUp(record, path).value, path);
  const givenKey =
    keyField === undefined ? undefined : keyOf(required(record, keyField, "keyField"), keyField);
  const labels = { givenKey, title: label(titleField), language: label(languageField) };
  return documentOf(line, paragraphsOf(text, source.paragraphs, cleaned), labels, cleaned);
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new BrokenRecord("not JSON", (cause as Error).message);
  }
}

function required(record: unknown, path: string, parameter: string): unknown {
  const { value, lacking } = lookedUp(record, path);
  if (lacking === undefined) return value;
  throw new BrokenRecord(`no field ${path}`, `set ${parameter} to where it is: ${lacking}`);
}

/** What stands at a dotted path; `lacking` says what there is instead. */
function lookedUp(
  record: unknown,
  path: string,
): { readonly value: unknown; readonly lacking?: string } {
  let value = record;
  for (const name of path.split(".")) {
    if (typeof value !== "object" || value === null)
      return { value: undefined, lacking: "the line is no object, or not so deep a one" };
    if (!Object.hasOwn(value, name)) {
      const names = Object.keys(value).slice(0, 10).join(", ");
      return { value: undefined, lacking: names === "" ? "no fields" : `fields ${names}` };
    }
    value = (value as Record<string, unknown>)[name];
  }
  return { value };
}
