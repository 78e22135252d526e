import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readRace } from "../../stages/eval/reading/race.ts";
import { readSquad } from "../../stages/eval/reading/squad.ts";
import {
  answerF1,
  exactMatch,
  squad2Scores,
  squadScores,
} from "../../stages/eval/reading/squad-metrics.ts";

/** Made by test/gold/squad_gold.py. */
const gold = JSON.parse(readFileSync(new URL("../gold/squad.json", import.meta.url), "utf8"));
const questions = (version: "v1" | "v2") =>
  readSquad(JSON.stringify(gold[version].data), `${version}.json`);
const mapOf = <V>(record: Record<string, V>) => new Map(Object.entries(record));

describe("SQuAD as the official scripts score it", () => {
  test("answers one by one", () => {
    for (const { gold: right, said, exact, f1 } of gold.pairs) {
      expect([right, said, exactMatch(right, said)]).toEqual([right, said, exact]);
      expect([right, said, answerF1(right, said, "2.0")]).toEqual([right, said, f1]);
    }
    expect(answerF1("the", "a", "1.1")).toBe(0);
  });

  test("version 1.1", () => {
    const scores = squadScores(questions("v1"), mapOf<string>(gold.v1.predictions));
    expect(scores.exact).toBeCloseTo(gold.v1.scores.exact, 10);
    expect(scores.f1).toBeCloseTo(gold.v1.scores.f1, 10);
    expect(scores.total).toBe(80);
  });

  test("version 2.0, with and without a threshold of no answer", () => {
    const { predictions, scores, no_answer, threshold, with_threshold } = gold.v2;
    const compare = (got: ReturnType<typeof squad2Scores>, wanted: Record<string, number>) => {
      for (const [part, prefix] of [
        [got, ""],
        [got.hasAnswer!, "HasAns_"],
        [got.noAnswer!, "NoAns_"],
      ] as const)
        for (const key of ["exact", "f1", "total"] as const)
          expect(part[key]).toBeCloseTo(wanted[`${prefix}${key}`]!, 10);
    };
    const all = questions("v2");
    compare(squad2Scores(all, mapOf<string>(predictions)), scores);
    const noAnswer = mapOf<number>(no_answer);
    compare(squad2Scores(all, mapOf<string>(predictions), { noAnswer, threshold }), with_threshold);
  });

  test("a question without a prediction counts as wrong", () => {
    expect(squadScores(questions("v1"), new Map())).toEqual({ exact: 0, f1: 0, total: 80 });
    expect(squad2Scores(questions("v2"), new Map()).exact).toBe(0);
  });
});

describe("a file in SQuAD's format", () => {
  const squad = (answer: object, more: object = {}) =>
    JSON.stringify({
      data: [
        {
          title: "T",
          paragraphs: [
            { context: "𝒜b cd", qas: [{ id: "q", question: "?", answers: [answer], ...more }] },
          ],
        },
      ],
    });
  const details = (text: string) => {
    try {
      readSquad(text, "f.json");
    } catch (error) {
      return (error as { details: { where: string; expected: string; got: string } }).details;
    }
    return expect.unreachable("it was read");
  };

  test("answers are where they are said to be, counted in code points", () => {
    const [question] = readSquad(squad({ text: "cd", answer_start: 3 }), "f.json");
    expect(question).toMatchObject({ title: "T", answers: [{ text: "cd", start: 4 }] });
    expect(details(squad({ text: "cd", answer_start: 4 }))).toMatchObject({
      where: "f.json: data[0].paragraphs[0], question q",
      got: '"d"',
    });
  });

  test("what is impossible has no answer, whatever stands there", () => {
    const [question] = readSquad(
      squad({ text: "zz", answer_start: 0 }, { is_impossible: true }),
      "f",
    );
    expect(question!.answers).toEqual([]);
  });

  test("what is no such file says what is missing", () => {
    expect(details("{")).toMatchObject({ where: "f.json" });
    expect(details("[]").expected).toContain("data");
    expect(details('{"data":[{"paragraphs":[{"context":"c","qas":[{}]}]}]}').expected).toContain(
      "id",
    );
    expect(details('{"data":[]}').got).toBe("none");
    const twice = JSON.parse(squad({ text: "b", answer_start: 1 }));
    twice.data.push(twice.data[0]);
    expect(details(JSON.stringify(twice)).got).toBe("q twice");
  });
});

describe("a file of RACE", () => {
  const passage = {
    id: "high1.txt",
    article: "A.",
    questions: ["Q1 _ .", "Q2?"],
    options: [
      ["a", "b", "c", "d"],
      ["e", "f", "g", "h"],
    ],
    answers: ["B", "D"],
  };
  const details = (record: object) => {
    try {
      readRace(JSON.stringify(record), "r.jsonl");
    } catch (error) {
      return (error as { details: { where: string; expected: string; got: string } }).details;
    }
    return expect.unreachable("it was read");
  };

  test("gives a choice a question, from passages and from Hugging Face's export alike", () => {
    const choices = readRace(JSON.stringify(passage), "r.jsonl");
    expect(choices.map(({ id, answer }) => [id, answer])).toEqual([
      ["high1.txt#0", 1],
      ["high1.txt#1", 3],
    ]);
    const exported = passage.questions.map((question, index) =>
      JSON.stringify({
        example_id: passage.id,
        article: passage.article,
        question,
        options: passage.options[index],
        answer: passage.answers[index],
      }),
    );
    expect(readRace(exported.join("\n"), "r.jsonl")).toEqual(choices);
  });

  test("what does not fit together is an error with its line", () => {
    expect(details({ ...passage, answers: ["B"] })).toMatchObject({
      where: "r.jsonl, line 1",
      got: "2 questions, 2 options, 1 answers",
    });
    expect(details({ ...passage, answers: ["B", "E"] }).got).toBe('"E"');
    expect(details({ ...passage, article: undefined }).expected).toContain("article");
    expect(() => readRace("", "r.jsonl")).toThrow("not in RACE's format");
  });
});
