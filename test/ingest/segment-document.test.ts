import { describe, expect, it } from "vitest";
import { languageSchema, segment } from "../../stages/ingest/segment/index.ts";
import { primarySubtag } from "../../stages/ingest/segment/language.ts";

describe("segment", () => {
  it("says where paragraphs begin", async () => {
    expect(await segment(["One. Two.", "Three.", "Four! Five"], "en")).toEqual({
      language: "en",
      sentences: ["One.", "Two.", "Three.", "Four!", "Five"],
      paragraphStarts: [0, 2, 3],
    });
  });

  it("asks each paragraph whether it is Korean where the language is auto", async () => {
    const english =
      "The film was good and it was long, but the end of it was not what we had hoped for.";
    const korean = "정말 재미있었어요 배우들 연기가 최고예요";
    const { language, sentences } = await segment([english, korean], "auto");
    expect(language).toBe("en");
    expect(sentences).toEqual([english, "정말 재미있었어요", "배우들 연기가 최고예요"]);
    expect((await segment([english, korean], "en")).sentences).toEqual([english, korean]);
  });

  it("splits a Latin paragraph of a Korean document by English's rules", async () => {
    const blocks = ["그는 왔다. 그녀는 갔다.", "Mr. Kim came. She left."];
    expect(await segment(blocks, "auto")).toEqual({
      language: "ko",
      sentences: ["그는 왔다.", "그녀는 갔다.", "Mr. Kim came.", "She left."],
      paragraphStarts: [0, 2],
    });
  });

  it("believes the source, then the data, then the text", async () => {
    const text = [
      "Das ist gut, und wir gehen am 3. Oktober mit den Kindern in die Stadt. Danach ist Pause.",
    ];
    const sentences = (language: string, declared?: string) =>
      segment(text, language, declared).then((found) => [found.language, found.sentences.length]);
    expect(await sentences("auto")).toEqual(["de", 2]);
    expect(await sentences("auto", "de-AT")).toEqual(["de", 2]);
    expect(await sentences("auto", "fr")).toEqual(["fr", 3]);
    expect(await sentences("en", "de")).toEqual(["en", 3]);
    expect(await sentences("auto", "")).toEqual(["de", 2]);
    expect(await sentences("auto", "__proto__")).toEqual(["de", 2]);
  });

  it("cuts what has no full stop", async () => {
    const { sentences } = await segment(["word ".repeat(20_000).trim()], "auto");
    expect(sentences.length).toBe(50);
    expect(sentences.join(" ")).toBe("word ".repeat(20_000).trim());
  });

  it("makes nothing of nothing", async () => {
    expect(await segment([], "auto")).toEqual({
      language: "und",
      sentences: [],
      paragraphStarts: [],
    });
  });
});

describe("languageSchema", () => {
  it("takes auto and codes", () => {
    expect(languageSchema.parse(undefined)).toBe("auto");
    expect(languageSchema.parse("ko")).toBe("ko");
    for (const wrong of ["korean", "en-US", "EN", "", "__proto__"])
      expect(languageSchema.safeParse(wrong).success).toBe(false);
  });
});

describe("primarySubtag", () => {
  it.each([
    ["en", "en"],
    ["en-US", "en"],
    [" zh_TW", "zh"],
    ["DE", "de"],
    ["gsw-CH", "gsw"],
    ["und", undefined],
    ["English", undefined],
    ["x1", undefined],
    ["", undefined],
    [undefined, undefined],
  ])("of %j is %j", (tag, expected) => {
    expect(primarySubtag(tag)).toBe(expected);
  });
});
