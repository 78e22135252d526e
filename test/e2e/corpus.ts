import { RandomStream } from "../../lib/random.ts";

const ENGLISH = {
  adjectives: "old quiet broken narrow distant yellow careful heavy sudden familiar".split(" "),
  nouns:
    "committee treasurer harbour engine river winter letter garden bridge market teacher library station captain forest window".split(
      " ",
    ),
  verbs: "described followed repaired watched forgot opened measured carried painted".split(" "),
};
const KOREAN = {
  nouns: "위원회 도서관 항구 편지 정원 시장 선생님 기차역 선장 창문 부엌".split(" "),
  verbs: "보았습니다 고쳤습니다 기다렸습니다 그렸습니다 열었습니다 찾았습니다".split(" "),
};

/** Documents by file name, each of `sentences` drawn sentences; every fourth is Korean. The same at every call. */
export function corpus(documents = 40, sentences = 12): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Array.from({ length: documents }, (_, document) => {
      const name = `doc-${String(document).padStart(2, "0")}.txt`;
      const random = new RandomStream(11, "corpus", name);
      const sentence = document % 4 === 3 ? korean : english;
      const text = Array.from({ length: sentences }, () => sentence(random)).join(" ");
      return [name, `${text}\n`];
    }),
  );
}

/** A task's file in SST-2's layout: a sentence and a label of 0 or 1 a line. */
export function taskFile(rows: number, seed: number): string {
  const random = new RandomStream(seed, "task");
  const lines = Array.from({ length: rows }, (_, row) => `${english(random)}\t${row % 2}`);
  return ["sentence\tlabel", ...lines, ""].join("\n");
}

function english(random: RandomStream): string {
  const { adjectives, nouns, verbs } = ENGLISH;
  const [a, b, c, d, e] = [adjectives, nouns, verbs, adjectives, nouns].map((of) =>
    drawn(of, random),
  );
  return `The ${a} ${b} ${c} the ${d} ${e}.`;
}

function korean(random: RandomStream): string {
  const { nouns, verbs } = KOREAN;
  return `그 ${drawn(nouns, random)}에서 ${drawn(nouns, random)}을 ${drawn(verbs, random)}.`;
}

function drawn(words: readonly string[], random: RandomStream): string {
  return words[random.below(words.length)]!;
}
