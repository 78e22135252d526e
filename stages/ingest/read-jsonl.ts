import { PipelineError } from "../../engine/index.ts";
import { linesOf } from "./lines.ts";
import { LOOKED_AT, looksLike, ParagraphBuilder, type ParagraphMode } from "./paragraphs.ts";
import type { RawDocument, Reader } from "./read.ts";

/** JSON lines: a document a line that is not blank. */
export const readJsonl: Reader<"jsonl"> = async function* (lines, source, file, cleaned) {
  let line = 0;
  for await (const some of lines) {
    const finished: RawDocument[] = [];
    for (const raw of some) {
      line++;
      if (raw.trim() === "") continue;
      const where = `${file.path}:${line}`;
      const record = parse(raw, where);
      const text = field(
        record,
        source.textField,
        "textField",
        where,
        (v) => typeof v === "string",
      );
      const blocks = paragraphsOf(text, source.paragraphs, cleaned);
      if (source.keyField === undefined) finished.push({ line, blocks });
      else {
        const key = field(record, source.keyField, "keyField", where, isKey);
        finished.push({ line, blocks, givenKey: cleaned(key) });
      }
    }
    if (finished.length > 0) yield finished;
  }
};

function parse(line: string, where: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new PipelineError("a line is not JSON", {
      where,
      expected: "one JSON object a line",
      got: excerpt(line),
      hint: (cause as Error).message,
      cause,
    });
  }
}

function isKey(value: unknown): boolean {
  return (typeof value === "string" && value.trim() !== "") || Number.isSafeInteger(value);
}

/** What stands at a dotted path, as a string. */
function field(
  record: unknown,
  path: string,
  parameter: string,
  where: string,
  accepts: (value: unknown) => boolean,
): string {
  let value = record;
  for (const name of path.split(".")) {
    const there = typeof value === "object" && value !== null && Object.hasOwn(value, name);
    if (!there)
      throw new PipelineError(`a line has no field ${path}`, {
        where,
        expected: `an object with ${path}`,
        got: described(value),
        hint: `set ${parameter} to where it is`,
      });
    value = (value as Record<string, unknown>)[name];
  }
  if (!accepts(value))
    throw new PipelineError(`${path} is not what a ${parameter} can be`, {
      where,
      expected:
        parameter === "textField" ? "a string" : "a string that is not empty, or an integer",
      got: excerpt(JSON.stringify(value)),
    });
  return String(value);
}

function described(value: unknown): string {
  if (typeof value !== "object" || value === null) return excerpt(JSON.stringify(value));
  const names = Object.keys(value);
  return names.length === 0 ? "no fields" : `fields ${excerpt(names.join(", "))}`;
}

function excerpt(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

function paragraphsOf(
  text: string,
  wanted: ParagraphMode | "auto",
  cleaned: (line: string) => string,
): string[] {
  const lines = linesOf(text);
  const builder = new ParagraphBuilder(
    wanted === "auto" ? looksLike(linesOf(text.slice(0, LOOKED_AT))) : wanted,
  );
  for (const line of lines) builder.push(cleaned(line));
  return builder.take();
}
