import type { Question } from "./squad.ts";

/** What the official scripts report, in percent. */
export interface SquadScores {
  readonly exact: number;
  readonly f1: number;
  /** How many questions were counted. */
  readonly total: number;
}

export interface AnswerableScores extends SquadScores {
  /** Of the questions that have an answer, and of those that have none; undefined where there are no such. */
  readonly hasAnswer: SquadScores | undefined;
  readonly noAnswer: SquadScores | undefined;
}

/** Python's string.punctuation. */
const PUNCTUATION = /[!-/:-@[-`{-~]/g;
/** Python's \b lies between its \w and other characters, of every script. */
const ARTICLES = /(?<![\p{L}\p{N}_])(?:a|an|the)(?![\p{L}\p{N}_])/gu;
/** What Python's str.split takes for white space. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: Python counts the separators from U+001C to U+001F.
const SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;

/** An answer as SQuAD compares it: lower case, without punctuation, the articles a, an, the, and spare white space. */
export function normalisedAnswer(text: string): string {
  return wordsOf(text).join(" ");
}

function wordsOf(text: string): string[] {
  const bare = text.toLowerCase().replace(PUNCTUATION, "").replace(ARTICLES, " ");
  return bare.split(SPACE).filter((word) => word !== "");
}

/** Whether two answers are the same once normalised: 1 or 0. */
export function exactMatch(gold: string, predicted: string): number {
  return Number(normalisedAnswer(gold) === normalisedAnswer(predicted));
}

/**
 * F1 over the words that two normalised answers share, in [0, 1]. Where one has no words it is 1 if neither has
 * (version 2.0); version 1.1 says 0 then.
 */
export function answerF1(gold: string, predicted: string, version: "1.1" | "2.0"): number {
  const [golden, guessed] = [wordsOf(gold), wordsOf(predicted)];
  if (golden.length === 0 || guessed.length === 0)
    return Number(version === "2.0" && golden.length === guessed.length);
  const left = new Map<string, number>();
  for (const word of golden) left.set(word, (left.get(word) ?? 0) + 1);
  let same = 0;
  for (const word of guessed) {
    const count = left.get(word) ?? 0;
    if (count === 0) continue;
    left.set(word, count - 1);
    same++;
  }
  if (same === 0) return 0;
  const [precision, recall] = [same / guessed.length, same / golden.length];
  return (2 * precision * recall) / (precision + recall);
}

/** SQuAD 1.1: the best match among a question's answers; a question without a prediction counts as wrong. */
export function squadScores(
  questions: readonly Question[],
  predictions: ReadonlyMap<string, string>,
): SquadScores {
  const scored = questions.map(({ id, answers }) => {
    const predicted = predictions.get(id);
    if (predicted === undefined) return { exact: 0, f1: 0 };
    return best(
      answers.map(({ text }) => text),
      predicted,
      "1.1",
    );
  });
  return meanOf(scored);
}

/**
 * SQuAD 2.0: an empty prediction says that there is no answer, which is right where there is none. `noAnswer` holds
 * the probability of that, above `threshold` of which the prediction counts as empty. A question without a prediction
 * counts as wrong.
 */
export function squad2Scores(
  questions: readonly Question[],
  predictions: ReadonlyMap<string, string>,
  { noAnswer, threshold = 1 }: { noAnswer?: ReadonlyMap<string, number>; threshold?: number } = {},
): AnswerableScores {
  const scored = questions.map(({ id, answers }) => {
    const golden = answers.map(({ text }) => text).filter((text) => normalisedAnswer(text) !== "");
    const predicted = predictions.get(id);
    const answerable = answers.length > 0;
    if (predicted === undefined) return { exact: 0, f1: 0, answerable };
    const refused = (noAnswer?.get(id) ?? 0) > threshold;
    if (refused) return { exact: Number(!answerable), f1: Number(!answerable), answerable };
    return { ...best(golden.length === 0 ? [""] : golden, predicted, "2.0"), answerable };
  });
  const part = (answerable: boolean) => {
    const rows = scored.filter((row) => row.answerable === answerable);
    return rows.length === 0 ? undefined : meanOf(rows);
  };
  return { ...meanOf(scored), hasAnswer: part(true), noAnswer: part(false) };
}

interface Scored {
  readonly exact: number;
  readonly f1: number;
}

function best(golden: readonly string[], predicted: string, version: "1.1" | "2.0"): Scored {
  return {
    exact: Math.max(0, ...golden.map((gold) => exactMatch(gold, predicted))),
    f1: Math.max(0, ...golden.map((gold) => answerF1(gold, predicted, version))),
  };
}

function meanOf(rows: readonly Scored[]): SquadScores {
  const mean = (key: keyof Scored) =>
    (100 * rows.reduce((sum, row) => sum + row[key], 0)) / rows.length;
  return { exact: mean("exact"), f1: mean("f1"), total: rows.length };
}
