import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { goldSets } from "../../bench/sentence-gold.ts";
import { f1, scoreOf } from "../../bench/sentence-score.ts";
import { detectLanguage, segment } from "../../stages/ingest/segment/index.ts";
import { splitSentences } from "../../stages/ingest/segment/split.ts";

const DATA = "../shared/data";

/** The least F1 of borders; what is short of 1 is mostly what the gold itself has wrong. */
const LEAST: readonly (readonly [gold: string, f1: number])[] = [
  ["MRPC", 0.99],
  ["STS-B", 0.98],
  ["RTE", 0.99],
  ["bert_sample_text", 0.88],
  ["KorSTS", 0.99],
  ["KorNLI", 0.97],
  ["KorSTS, full stops removed", 0.9],
  ["zh_news_sample", 0.96],
  ...["en", "fi", "fr", "de", "el", "hi", "ja", "ko", "tr", "vi"].map(
    (language) => [`UDHR ${language}`, 1] as const,
  ),
  ["UDHR ru", 0.9],
];

describe.skipIf(!existsSync(DATA))("segmentation of ../shared/data", () => {
  const golds = goldSets();

  it.each(LEAST)("finds the borders of %s", (name, least) => {
    const some = golds.filter((gold) => gold.name === name);
    expect(some).toHaveLength(1);
    const score = scoreOf({ name: "ours", split: splitSentences }, some);
    expect(f1(score)).toBeGreaterThanOrEqual(least);
  });

  it("loses nothing of any text there, whatever its language is said to be", async () => {
    for (const file of textFiles(DATA)) {
      const blocks = readFileSync(file, "latin1")
        .split(/\n\s*\n/)
        .map((block) => block.replace(/\s+/g, " ").trim())
        .filter((block) => block !== "");
      for (const language of ["auto", "en", "ko", "de", "ru"]) {
        const { sentences } = await segment(blocks, language);
        expect(sentences.join("").replace(/ /g, "")).toBe(blocks.join("").replace(/ /g, ""));
      }
    }
  });

  it("tells the languages of the UDHR's paragraphs apart", async () => {
    let right = 0;
    let all = 0;
    for (const [file, language] of UDHR) {
      const text = readFileSync(join(DATA, `corpora/udhr/${file}.txt`), "utf8");
      expect(await detectLanguage(text)).toBe(language);
      for (const line of text.split(/\r?\n/).map((raw) => raw.trim())) {
        if (line.length < 40) continue;
        all++;
        if ((await detectLanguage(line)) === language) right++;
      }
    }
    expect(all).toBeGreaterThan(400);
    expect(right / all).toBeGreaterThan(0.98);
  });
});

const UDHR = [
  ["English", "en"],
  ["Finnish_Suomi", "fi"],
  ["French_Francais", "fr"],
  ["German_Deutsch", "de"],
  ["Greek_Ellinika", "el"],
  ["Hindi", "hi"],
  ["Hindi_web", "hi"],
  ["Japanese_Nihongo", "ja"],
  ["Korean_Hankuko", "ko"],
  ["Russian", "ru"],
  ["Turkish_Turkce", "tr"],
  ["Vietnamese", "vi"],
] as const;

function textFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(txt|raw|tsv)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

describe("time", () => {
  it.each([".", '."', '. "', "a.", "다.", "다 ", "! 😀", ' . " ', "《！", "한", " "])(
    "is linear on ten megabytes of %j",
    (piece) => {
      const text = piece.repeat(Math.ceil(10_000_000 / piece.length));
      const begin = performance.now();
      for (const language of ["en", "ko", "zh"]) splitSentences(text, language);
      expect(performance.now() - begin).toBeLessThan(120_000);
    },
  );
});
