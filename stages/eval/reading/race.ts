import { PipelineError } from "../../../engine/index.ts";

/** A question on a passage with options, one of which is right. */
export interface Choice {
  /** The passage's id and the question's number in it, from 0. */
  readonly id: string;
  readonly article: string;
  /** May hold a blank `_` that an option fills. */
  readonly question: string;
  readonly options: readonly string[];
  /** Index of the right option. */
  readonly answer: number;
}

/**
 * The questions of a file of JSON lines, a passage of RACE each (`article`, `questions`, `options`, `answers`), or a
 * question each as Hugging Face's datasets export them (`example_id`, `article`, `question`, `options`, `answer`).
 * A PipelineError names file and line where one is of another form.
 */
export function readRace(text: string, file: string): readonly Choice[] {
  const choices: Choice[] = [];
  const counts = new Map<string, number>();
  let line = 0;
  for (const json of text.split(/\r?\n/)) {
    line++;
    if (json.trim() === "") continue;
    const where = `${file}, line ${line}`;
    const { id, single, questions } = passageIn(json, where);
    const before = counts.get(id) ?? 0;
    if (before > 0 && !single) throw broken(where, "an id of its own for every passage", id);
    counts.set(id, before + questions.length);
    for (const [index, question] of questions.entries())
      choices.push({ id: `${id}#${before + index}`, ...question });
  }
  if (choices.length === 0) throw broken(file, "a passage a line", "none");
  return choices;
}

interface Passage {
  readonly id: string;
  /** Whether the line holds one question: others of the passage then have lines of their own. */
  readonly single: boolean;
  readonly questions: readonly Omit<Choice, "id">[];
}

function passageIn(json: string, where: string): Passage {
  let record: unknown;
  try {
    record = JSON.parse(json);
  } catch (cause) {
    throw broken(where, "JSON", (cause as Error).message);
  }
  const fields = (record ?? {}) as Record<string, unknown>;
  const article = fields["article"];
  const id = fields["id"] ?? fields["example_id"];
  if (typeof article !== "string" || typeof id !== "string")
    throw broken(where, "strings called article and id", Object.keys(fields).join(", "));
  const single = "question" in fields;
  const questions = listOf(single ? [fields["question"]] : fields["questions"], where);
  const options = listOf(single ? [fields["options"]] : fields["options"], where);
  const answers = listOf(single ? [fields["answer"]] : fields["answers"], where);
  if (questions.length !== options.length || questions.length !== answers.length)
    throw broken(
      where,
      "as many options and answers as questions",
      `${questions.length} questions, ${options.length} options, ${answers.length} answers`,
    );
  const read = questions.map((question, index) => {
    const own = listOf(options[index], where);
    const letter = String(answers[index]);
    const answer = letter.length === 1 ? letter.charCodeAt(0) - "A".charCodeAt(0) : -1;
    if (typeof question !== "string" || !own.every((option) => typeof option === "string"))
      throw broken(where, "strings as questions and options", typeof question);
    if (!(answer >= 0 && answer < own.length))
      throw broken(where, `a letter from A on for ${own.length} options`, JSON.stringify(letter));
    return { article, question, options: own, answer };
  });
  return { id, single, questions: read };
}

function listOf(value: unknown, where: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw broken(where, "lists called questions, options and answers", typeof value);
}

function broken(where: string, expected: string, got: string): PipelineError {
  return new PipelineError("a file is not in RACE's format", {
    where,
    expected,
    got,
    hint: "pipeline fetch race gets the official files",
  });
}
