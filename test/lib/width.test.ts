import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { displayWidth, pad, truncate, wrap } from "../../lib/width.ts";

const words = fc.string({ unit: fc.constantFrom("a", "b", " ", "한", "e\u0301", "👩‍👩‍👧", "…") });

describe("displayWidth", () => {
  it.each([
    ["", 0],
    ["plain", 5],
    ["한국어", 6],
    ["漢字かな", 8],
    ["ﾊﾝｶｸ", 4],
    ["e\u0301", 1],
    ["👍", 2],
    ["👩‍👩‍👧", 2],
    ["a…b", 3],
    ["⠿⡇", 2],
  ])("of %j is %i", (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });
});

describe("truncate, pad and wrap", () => {
  it("never exceed their columns", () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 2, max: 12 }), (text, columns) => {
        expect(displayWidth(truncate(text, columns))).toBeLessThanOrEqual(columns);
        expect(displayWidth(pad(truncate(text, columns), columns))).toBe(columns);
        for (const line of wrap(text, columns))
          expect(displayWidth(line)).toBeLessThanOrEqual(columns);
      }),
    );
  });

  it("lose nothing but spaces in wrapping", () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 2, max: 12 }), (text, columns) => {
        expect(wrap(text, columns).join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
      }),
    );
  });

  it("mark what was cut", () => {
    expect(truncate("abcdef", 4)).toBe("abc…");
    expect(truncate("한국어", 4)).toBe("한…");
    expect(truncate("abcd", 4)).toBe("abcd");
    expect(truncate("abcd", 0)).toBe("");
  });

  it("break at spaces, and long words anywhere", () => {
    expect(wrap("one two three", 7)).toEqual(["one two", "three"]);
    expect(wrap("abcdefgh ij", 4)).toEqual(["abcd", "efgh", "ij"]);
    expect(wrap("", 4)).toEqual([""]);
  });
});
