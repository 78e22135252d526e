import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clean } from "../../stages/ingest/clean.ts";
import { anyText } from "./any-text.ts";

describe("clean", () => {
  it.each([
    ["collapses white space", "  a \t b\u00a0\u3000c \u0085 d\u2028e ", "a b c d e"],
    ["removes control characters", "a\u0002b \u0007 c\u007f\u009fd", "ab cd"],
    ["removes byte order marks", "\ufeffa\ufeffb", "ab"],
    ["composes", "e\u0301 \u1112\u1161\u11ab", "\u00e9 \ud55c"],
    ["composes across what it removes", "e\u0002\u0301", "\u00e9"],
    ["replaces lone surrogates", "a\ud800b \udc00 \ud83d\ude00", "a\ufffdb \ufffd \ud83d\ude00"],
    [
      "leaves joiners, which some scripts need",
      "\u0915\u094d\u200d\u0937",
      "\u0915\u094d\u200d\u0937",
    ],
    ["leaves nothing of nothing", " \u0001 ", ""],
  ])("%s", (_what, line, expected) => {
    expect(clean(line, "nfc")).toBe(expected);
  });

  it("leaves decomposed text alone when told to", () => {
    expect(clean(" e\u0301  x", "none")).toBe("e\u0301 x");
  });

  it("gives clean text in its normal form, and the same when cleaned again", () => {
    const line = fc.oneof(
      anyText(),
      fc.string({
        unit: fc.constantFrom(..."a e\u0301\u1112\u1161\u11ab\u0323\ud800\t\u0001\u0085\ufeff가"),
      }),
    );
    fc.assert(
      fc.property(line, (raw) => {
        const text = clean(raw, "nfc");
        expect(text).toBe(text.normalize("NFC"));
        expect(text).not.toMatch(/\p{Cc}|\p{Cs}|\ufeff|[^\S ]| {2}|^ | $/u);
        expect(clean(text, "nfc")).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  it("takes its short cut only where nothing can compose", () => {
    // Each unit after starters that compose: what is cut short must be what the long way gives.
    for (let code = 0; code < 0x10000; code++) {
      if (code >= 0xd800 && code <= 0xdfff) continue;
      for (const starter of ["", "e", "가", "か", "и"]) {
        const text = starter + String.fromCharCode(code);
        const long = clean(`${text}\t`, "nfc");
        if (clean(text, "nfc") !== long) expect.fail(`U+${code.toString(16)} after "${starter}"`);
      }
    }
  });
});
