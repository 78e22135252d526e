import { describe, expect, it } from "vitest";
import { looksLike, ParagraphBuilder, type ParagraphMode } from "../../stages/ingest/paragraphs.ts";

function built(mode: ParagraphMode, lines: readonly string[]): string[] {
  const builder = new ParagraphBuilder(mode);
  for (const line of lines) builder.push(line);
  return builder.take();
}

/** Greedy wrapping, as an editor does it. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1)!;
    if (line !== "" && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines;
}

const WORDS =
  "the quick brown fox jumped over a lazy dog and then it went home to sleep for a while";
const PROSE = Array.from({ length: 12 }, (_, index) => WORDS.slice(index)).join(" ");

describe("looksLike", () => {
  it.each([40, 60, 72, 100, 120])("knows text wrapped at %i columns", (width) => {
    const lines = [...wrapped(PROSE, width), "", ...wrapped(PROSE, width)];
    expect(looksLike(lines)).toBe("blank-line");
  });

  it("knows Korean text wrapped by words and Chinese text wrapped anywhere", () => {
    const korean = Array.from(
      { length: 30 },
      () => "모든 인간은 태어날 때부터 자유로우며 동등하다",
    ).join(" ");
    expect(looksLike(wrapped(korean, 40))).toBe("blank-line");
    const chinese = "人人生而自由在尊严和权利上一律平等".repeat(20);
    expect(looksLike(chinese.match(/.{1,38}/gu)!)).toBe("blank-line");
  });

  it("knows a paragraph a line", () => {
    expect(looksLike([PROSE, PROSE.slice(40), PROSE.slice(300)])).toBe("line");
  });

  it("knows short lines of their own, as in reviews", () => {
    const lines = [
      "최고의 영화",
      "아무것도 배운것이 없다",
      "넘 짧아요",
      "재밌어요 또 보고 싶네요 정말로 추천합니다 여러분",
    ];
    expect(looksLike(Array.from({ length: 40 }, (_, index) => lines[(index * 7) % 4]!))).toBe(
      "line",
    );
  });

  it("needs no decision where blank lines part all lines", () => {
    expect(looksLike(["one", "", "two", "", "three"])).toBe("blank-line");
    expect(looksLike([])).toBe("blank-line");
  });
});

describe("ParagraphBuilder", () => {
  it("joins wrapped lines to paragraphs", () => {
    const lines = ["", "one", "two", "", "", "three"];
    expect(built("blank-line", lines)).toEqual(["one two", "three"]);
    expect(built("line", lines)).toEqual(["one", "two", "three"]);
  });

  it("mends compounds wrapped at their hyphen and puts no blanks into Han and kana", () => {
    expect(built("blank-line", ["a well-", "known man --", "he said"])).toEqual([
      "a well-known man -- he said",
    ]);
    expect(built("blank-line", ["pages 12-", "14 of Smith-", "Jones"])).toEqual([
      "pages 12- 14 of Smith- Jones",
    ]);
    expect(built("blank-line", ["人人生而", "自由。", "かな", "한글", "한글"])).toEqual([
      "人人生而自由。かな 한글 한글",
    ]);
  });
});
