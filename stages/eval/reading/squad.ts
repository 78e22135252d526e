import { PipelineError } from "../../../engine/index.ts";

/** An answer as a span of its passage. */
export interface Answer {
  readonly text: string;
  /** Where it begins in the passage, in UTF-16 code units. */
  readonly start: number;
}

/** A question on a passage; in version 2.0 it may have no answer there. */
export interface Question {
  readonly id: string;
  readonly title: string;
  readonly context: string;
  readonly question: string;
  /** What people answered; none where the passage does not say. */
  readonly answers: readonly Answer[];
}

/**
 * The questions of a file in SQuAD's format, version 1.1 or 2.0, in their order. A PipelineError where it is of
 * another form, a question's id stands twice, or an answer is not where it is said to be.
 */
export function readSquad(text: string, file: string): readonly Question[] {
  const questions: Question[] = [];
  const ids = new Set<string>();
  for (const [number, article] of listOf(parsed(text, file), "data", file).entries()) {
    const title = String((article as { title?: unknown }).title ?? "");
    for (const [place, paragraph] of listOf(article, "paragraphs", file).entries()) {
      const where = `${file}: data[${number}].paragraphs[${place}]`;
      const context = stringOf(paragraph, "context", where);
      const units = unitsOf(context);
      for (const entry of listOf(paragraph, "qas", where)) {
        const id = stringOf(entry, "id", where);
        if (ids.has(id)) throw broken(where, "an id of its own for every question", `${id} twice`);
        ids.add(id);
        const impossible = (entry as { is_impossible?: unknown }).is_impossible === true;
        const given = impossible ? [] : listOf(entry, "answers", where);
        questions.push({
          id,
          title,
          context,
          question: stringOf(entry, "question", where),
          answers: given.map((answer) =>
            spanIn(context, units, answer, `${where}, question ${id}`),
          ),
        });
      }
    }
  }
  if (questions.length === 0) throw broken(file, "questions", "none");
  return questions;
}

/** SQuAD counts code points; where there are none beyond the BMP these are UTF-16 units. */
function unitsOf(context: string): (point: number) => number {
  if (!/[\ud800-\udbff]/.test(context)) return (point) => point;
  const units: number[] = [];
  let unit = 0;
  for (const character of context) {
    units.push(unit);
    unit += character.length;
  }
  return (point) => units[point] ?? unit;
}

function spanIn(
  context: string,
  units: (point: number) => number,
  answer: unknown,
  where: string,
): Answer {
  const text = stringOf(answer, "text", where);
  const point = (answer as { answer_start?: unknown }).answer_start;
  const start = typeof point === "number" ? units(point) : Number.NaN;
  if (!context.startsWith(text, start) || Number.isNaN(start))
    throw broken(
      where,
      `the answer ${JSON.stringify(text.slice(0, 80))} at answer_start, counted in code points`,
      JSON.stringify(context.slice(start, start + 80)),
    );
  return { text, start };
}

function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw broken(file, "JSON in SQuAD's format", (cause as Error).message, cause);
  }
}

function listOf(value: unknown, name: string, where: string): readonly unknown[] {
  const list = (value as Record<string, unknown> | null)?.[name];
  if (Array.isArray(list)) return list;
  throw broken(where, `a list called ${name}, as in SQuAD's format`, typeof list);
}

function stringOf(value: unknown, name: string, where: string): string {
  const text = (value as Record<string, unknown> | null)?.[name];
  if (typeof text === "string") return text;
  throw broken(where, `a string called ${name}`, typeof text);
}

function broken(where: string, expected: string, got: string, cause?: unknown): PipelineError {
  return new PipelineError("a file is not in SQuAD's format", {
    where,
    expected,
    got,
    hint: "pipeline fetch squad gets the official files",
    cause,
  });
}
