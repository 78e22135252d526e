import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sanitize, sanitizeLines } from "../../lib/sanitize.ts";
import { processorTime } from "../rig/processor-time.ts";

/** Text as an attacker would write it: pieces of escape sequences, controls and direction marks among words. */
const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(
        "\x1b",
        "\x1b[31m",
        "\x1b]0;title\x07",
        "\x1b]8;;http://x\x1b\\",
        "\x9b2J",
        "\x9d52;c;AAAA\x9c",
        "\r",
        "\n",
        "\u202e",
        "\u2066",
        "\ud800",
        "word",
      ),
    ),
    { maxLength: 20 },
  )
  .map((pieces) => pieces.join(""));

describe("sanitize", () => {
  it("leaves no character that a terminal acts on, whatever it is given", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(sanitize(text)).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(sanitize(text)).not.toMatch(/\p{Bidi_Control}/u);
      }),
      { numRuns: 2000 },
    );
  });

  it("leaves what is safe already as it is", () => {
    fc.assert(fc.property(hostile, (text) => sanitize(sanitize(text)) === sanitize(text)));
    for (const text of ["plain text", "Grüße, 한국어 문장입니다.", "👩‍👩‍👧 e\u0301 → ½"])
      expect(sanitize(text)).toBe(text);
  });

  it.each([
    ["colours", "\x1b[1;31mred\x1b[0m", "red"],
    ["a window title", "a\x1b]0;owned\x07b", "ab"],
    ["a title ended by ST", "a\x1b]2;owned\x1b\\b", "ab"],
    ["an 8-bit OSC", "a\x9d52;c;aGk=\x9cb", "ab"],
    ["a device control string", "a\x1bPq#0\x1b\\b", "ab"],
    ["an OSC without an end, of which only the introducer is dropped", "a\x1b]0;b", "a0;b"],
    ["a return that would overwrite the line", "safe\rfake", "safe fake"],
    ["line breaks and tabs", "a\nb\r\nc\td\u2028e", "a b c d e"],
    ["a direction override", "abc\u202edef", "abcdef"],
    ["tags and zero-width spaces", "a\u{e0041}\u200bb", "ab"],
  ])("drops %s", (_, text, expected) => {
    expect(sanitize(text)).toBe(expected);
  });

  it("takes time in proportion to the text, also where a sequence never ends", async () => {
    const took = await processorTime(() => {
      for (const unit of ["\x9d", "\x1b]", "\x9b", "\x1b[", "\x1bP", "\x1b "])
        sanitize(unit.repeat(200_000));
    });
    expect(took).toBeLessThan(2000);
  });

  it("keeps the lines of text of several lines", () => {
    expect(sanitizeLines("a\x1b[2Jb\r\nc\n\td")).toBe("ab\nc\n d");
  });
});
