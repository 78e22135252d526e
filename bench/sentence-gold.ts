import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CASES, caseOf } from "../test/ingest/segment-cases.ts";

/** Paragraphs of sentences that someone else, or the data's format, has split. */
export interface Gold {
  readonly name: string;
  readonly language: string;
  /** What joins the sentences of a paragraph. */
  readonly joint: string;
  readonly paragraphs: readonly (readonly string[])[];
}

const DATA = "../shared/data";
const SENTENCES_A_PARAGRAPH = 5;
const ENDED = /[.!?…。！？]["'”’»」』)]*$/;

/** The gold sets that are there: hand-made cases always, the others where ../shared/data is. */
export function goldSets(): Gold[] {
  return [
    ...(existsSync(DATA) ? [...english(), ...korean(), ...chinese(), ...udhr()] : []),
    ...handMade(),
  ];
}

function english(): Gold[] {
  const glue = (file: string, ...columns: number[]) => column(`glue/${file}`, columns);
  return [
    joined("MRPC", "en", glue("MRPC/train.tsv", 3, 4)),
    joined("STS-B", "en", glue("STS-B/train.tsv", 7, 8)),
    joined("RTE", "en", glue("RTE/train.tsv", 2)),
    lines("bert_sample_text", "en", "corpora/bert_sample_text/sample_text.txt", " "),
  ];
}

function korean(): Gold[] {
  const sts = column("korean/KorSTS/sts-train.tsv", [5, 6]);
  const nli = column("korean/KorNLI/xnli.dev.ko.tsv", [0, 1]);
  const bare = sts.filter((text) => ENDED.test(text)).map((text) => text.replace(/[.!?]+$/, ""));
  return [
    joined("KorSTS", "ko", sts),
    joined("KorNLI", "ko", nli),
    joined("KorSTS, full stops removed", "ko", bare, () => true),
  ];
}

/** Its lines were cut after every 。, so that closing quotes begin the next one; they are put back. */
function chinese(): Gold[] {
  const gold = lines("zh_news_sample", "zh", "corpora/zh_news_sample/news_zh_1.txt", "");
  const mended = gold.paragraphs.map((sentences) => {
    const whole: string[] = [];
    for (const sentence of sentences) {
      const closers = /^[”’」』）》]+/.exec(sentence)?.[0] ?? "";
      if (whole.length > 0) whole[whole.length - 1] += closers;
      const rest = sentence.slice(closers.length);
      if (rest !== "") whole.push(rest);
    }
    return whole;
  });
  return [{ ...gold, paragraphs: mended }];
}

const UDHR: readonly (readonly [file: string, language: string])[] = [
  ["English", "en"],
  ["Finnish_Suomi", "fi"],
  ["French_Francais", "fr"],
  ["German_Deutsch", "de"],
  ["Greek_Ellinika", "el"],
  ["Hindi", "hi"],
  ["Japanese_Nihongo", "ja"],
  ["Korean_Hankuko", "ko"],
  ["Russian", "ru"],
  ["Turkish_Turkce", "tr"],
  ["Vietnamese", "vi"],
];

/** Lines that end in a full stop and have no other: what they join to has an easy border every so often. */
function udhr(): Gold[] {
  return UDHR.map(([file, language]) => {
    const text = readFileSync(join(DATA, `corpora/udhr/${file}.txt`), "utf8");
    const sentences = text
      .split(/\r?\n/)
      .map((line) => line.replace(/\s+/g, " ").trim())
      .filter((line) => /^[^.!?।。]{12,}[.!?।。]$/.test(line));
    const joint = language === "ja" ? "" : " ";
    return { ...joined(`UDHR ${language}`, language, sentences, () => true), joint };
  });
}

/** Every case a paragraph; those with marks where no blank is are joined without one. */
function handMade(): Gold[] {
  return Object.entries(CASES).flatMap(([group, cases]) => {
    const byLanguage = new Map<string, string[][]>();
    for (const written of cases) {
      const { language, marked } = caseOf(group, written);
      const pieces = marked.split("|");
      byLanguage.set(language, [...(byLanguage.get(language) ?? []), pieces]);
    }
    return [...byLanguage].map(([language, paragraphs]) => ({
      name: `hand-made: ${group}`,
      language,
      joint: "",
      paragraphs,
    }));
  });
}

function column(file: string, columns: readonly number[]): string[] {
  const rows = readFileSync(join(DATA, file), "utf8").split(/\r?\n/).slice(1);
  return rows.flatMap((row) => columns.flatMap((index) => row.split("\t")[index] ?? []));
}

function joined(
  name: string,
  language: string,
  sentences: readonly string[],
  keeps = (sentence: string) => ENDED.test(sentence),
): Gold {
  const unique = [...new Set(sentences.map((text) => text.replace(/\s+/g, " ").trim()))].filter(
    (sentence) => sentence !== "" && keeps(sentence),
  );
  const paragraphs: string[][] = [];
  for (let at = 0; at < unique.length; at += SENTENCES_A_PARAGRAPH)
    paragraphs.push(unique.slice(at, at + SENTENCES_A_PARAGRAPH));
  return { name, language, joint: " ", paragraphs };
}

/** BERT's format: a sentence a line, a blank line between documents. */
function lines(name: string, language: string, file: string, joint: string): Gold {
  const documents = readFileSync(join(DATA, file), "utf8").split(/\n\s*\n/);
  const paragraphs = documents.map((text) =>
    text
      .split("\n")
      .map((line) => line.replace(/\s+/g, " ").trim())
      .filter((line) => line !== ""),
  );
  return { name, language, joint, paragraphs };
}

/** Running text to measure speed on: about `bytes` of UTF-8, in paragraphs. */
export function runningText(language: string, bytes: number): string[] {
  const texts =
    language === "en"
      ? readdirSync(join(DATA, "corpora/state_union"))
          .filter((name) => name.endsWith(".txt"))
          .map((name) => readFileSync(join(DATA, "corpora/state_union", name), "latin1"))
      : goldSets()
          .filter((gold) => gold.language === language && !gold.name.startsWith("hand"))
          .map(({ paragraphs, joint }) => paragraphs.map((some) => some.join(joint)).join("\n\n"));
  const all = texts
    .flatMap((text) => text.split(/\n\s*\n/))
    .map((text) => text.replace(/\s+/g, " ").trim());
  const some: string[] = [];
  for (let size = 0, at = 0; size < bytes && all.length > 0; at++) {
    some.push(all[at % all.length]!);
    size += Buffer.byteLength(some.at(-1)!);
  }
  return some;
}
