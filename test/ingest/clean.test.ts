import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { cleanParams, documentFilter, lineCleaner } from "../../stages/ingest/clean/index.ts";
import { anyText } from "./any-text.ts";

type Options = z.input<typeof cleanParams>;

const cleaner = (options: Options = {}) => lineCleaner(cleanParams.parse(options));
const filter = (options: Options, ...blocks: string[]) =>
  documentFilter(cleanParams.parse(options))(blocks);

/** Every combination of what concerns lines. */
const LINE_OPTIONS = (["nfc", "nfkc", "none"] as const).flatMap((normalise) =>
  (["needed", "drop", "keep"] as const).flatMap((zeroWidth) =>
    [false, true].map((bidiControls) => ({ normalise, zeroWidth, bidiControls })),
  ),
);

describe("lineCleaner", () => {
  const clean = cleaner();

  it.each([
    ["collapses white space", "  a \t b\u00a0\u3000c \u0085 d\u2028e ", "a b c d e"],
    ["removes control characters", "a\u0002b \u0007 c\u007f\u009fd", "ab cd"],
    ["removes byte order marks", "\ufeffa\ufeffb", "ab"],
    ["composes", "e\u0301 \u1112\u1161\u11ab", "\u00e9 \ud55c"],
    ["composes across what it removes", "e\u0002\u0301 e\u200e\u0301", "\u00e9 \u00e9"],
    ["replaces lone surrogates", "a\ud800b \udc00 \ud83d\ude00", "a\ufffdb \ufffd \ud83d\ude00"],
    ["removes colours", "\u001b[1;31mred\u001b[0m and \u001b[38;5;12mblue\u001b[m", "red and blue"],
    ["removes colours within a word", "한\u001b[31m국\u001b[0m", "한국"],
    ["removes a window's title", "\u001b]0;my window\u0007a \u001b]2;other\u001b\\b", "a b"],
    [
      "removes a link and keeps its text",
      "\u001b]8;;http://x\u001b\\text\u001b]8;;\u001b\\",
      "text",
    ],
    ["removes character sets and saved places", "\u001b(Ba\u001b7b\u001b8", "ab"],
    ["removes a sequence cut off by the line's end", "a \u001b[31", "a"],
    ["takes an escape without a sequence alone", "a\u001bb \u001b c", "ab c"],
    ["keeps brackets without an escape", "[31m] f[0m]", "[31m] f[0m]"],
    [
      "removes direction controls",
      "\u202eabc\u202c \u2067\u05d0\u2069 \u200f\u05d1",
      "abc \u05d0 \u05d1",
    ],
    ["removes soft hyphens and word joiners", "co\u00adop\u2060er", "cooper"],
    ["leaves nothing of nothing", " \u0001 \u001b[2J \u200e", ""],
  ])("%s", (_what, line, expected) => {
    expect(clean(line)).toBe(expected);
  });

  it("does as its options say", () => {
    const line = "\u200fﬁ\u200b½ ａ\u200dｂ e\u0301 \u00ad\u2060";
    expect(cleaner({ normalise: "none" })(line)).toBe("ﬁ\u200b½ ａ\u200dｂ e\u0301");
    expect(cleaner({ normalise: "nfkc" })(line)).toBe("fi\u200b1⁄2 a\u200db é");
    expect(cleaner({ zeroWidth: "drop" })(line)).toBe("ﬁ½ ａｂ é");
    expect(cleaner({ zeroWidth: "keep" })(line)).toBe("ﬁ\u200b½ ａ\u200dｂ é \u00ad\u2060");
    expect(cleaner({ bidiControls: true })(line)).toBe("\u200fﬁ\u200b½ ａ\u200dｂ é");
  });

  it.each([
    ["Korean", "모든 인간은 태어날 때부터 자유로우며, ㅋㅋㅋ 그 존엄과 권리에 있어 동등하다."],
    ["Japanese", "すべての人間は、生まれながらにして自由であり、「尊厳」がある。ｶﾞｷﾞ パピプ"],
    ["Chinese", "人人生而自由，在尊严和权利上一律平等。𠮷野家"],
    ["Arabic", "يولد جميع الناس أحرارًا متساوين في الكرامة والحقوق."],
    ["Persian with its non-joiner", "می\u200cخواهم کتاب\u200cها را ببینم"],
    ["Hebrew with points", "כָּל בְּנֵי הָאָדָם נוֹלְדוּ".normalize("NFC")],
    ["Hindi with a joiner", "क्\u200dष सभी मनुष्यों को गौरव और अधिकारों के मामले में"],
    ["Malayalam with its chillu", "അവന്\u200d മനുഷ്യരെല്ലാവരും തുല്യാവകാശങ്ങളോടും"],
    ["Sinhala with a joiner", "ශ්\u200dරී ලංකාව"],
    ["Tamil", "மனிதப் பிறிவியினர் சகலரும் சுதந்திரமாகவே"],
    ["Thai", "มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกัน"],
    ["Khmer with its zero width spaces", "មនុស្ស\u200bទាំងអស់\u200bកើត\u200bមក"],
    ["Tibetan", "འགྲོ་བ་མིའི་རིགས་རྒྱུད་ཡོངས་ལ་".normalize("NFC")],
    [
      "emoji of several",
      "👩\u200d👩\u200d👧 🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f} ❤️",
    ],
  ])("leaves %s as it is", (_script, line) => {
    expect(clean(line)).toBe(line);
  });

  it("gives clean text in its normal form, and the same when cleaned again", () => {
    const unit = fc.constantFrom(
      ..."a0 e\u0301\u1112\u1161\u11ab\u0323\ud800\t\u0001\u0085\ufeff가\u200d\u00ad\u202e\u00a8\ufdfa",
      ..."\u001b[]0m;\\\u0007(B",
    );
    const line = fc.oneof(anyText(), fc.string({ unit, maxLength: 14 }));
    fc.assert(
      fc.property(line, fc.constantFrom(...LINE_OPTIONS), (raw, options) => {
        const once = cleaner(options);
        const text = once(raw);
        if (options.normalise !== "none")
          expect(text).toBe(text.normalize(options.normalise.toUpperCase()));
        expect(text).not.toMatch(/\p{Cc}|\p{Cs}|\ufeff|[^\S ]| {2}|^ | $/u);
        if (!options.bidiControls) expect(text).not.toMatch(/\p{Bidi_Control}/u);
        if (options.zeroWidth === "drop") expect(text).not.toMatch(/[\u00ad\u200b-\u200d\u2060]/);
        expect(once(text)).toBe(text);
      }),
      { numRuns: 3000 },
    );
  });

  it.each(LINE_OPTIONS)("takes its short cut only where nothing changes: %j", (options) => {
    const clean = cleaner(options);
    // Each unit after starters that compose: what is cut short must be what the long way gives.
    for (let code = 0; code < 0x10000; code++) {
      if (code >= 0xd800 && code <= 0xdfff) continue;
      for (const starter of ["", "e", "가", "か", "и"]) {
        const text = `${starter}${String.fromCharCode(code)}`;
        if (clean(text) !== clean(`${text}\t`))
          expect.fail(`U+${code.toString(16)} after "${starter}"`);
      }
    }
  });

  it("takes linear time on escapes without an end", () => {
    for (const line of ["\u001b]".repeat(1e5), `\u001b[${"0".repeat(1e6)}`, "\u001b[;".repeat(1e5)])
      expect(clean(line).length).toBeLessThan(1e6);
  });
});

describe("documentFilter", () => {
  it("leaves ordinary text alone by default", () => {
    const blocks = ["All rights reserved.", "a", "a", "a", "*** ***", "Project Gutenberg is old."];
    expect(filter({}, ...blocks)).toEqual({ blocks, removedLines: 0 });
    expect(filter({})).toEqual({ blocks: [], removedLines: 0 });
  });

  const START = "*** START OF THE PROJECT GUTENBERG EBOOK EMMA ***";
  const END = "*** END OF THE PROJECT GUTENBERG EBOOK EMMA ***";
  it.each<[string, string[], string[]]>([
    [
      "header and footer",
      ["The eBook of Emma", START, "one", "two", END, "licence"],
      ["one", "two"],
    ],
    ["a footer alone", ["one", END, "licence"], ["one"]],
    ["a header alone", ["header", START, "one"], ["one"]],
    [
      "markers within a paragraph",
      [`by X ${START} Produced by Y`, `end ${END} Updated`],
      ["Produced by Y", "end"],
    ],
    [
      "an old small print",
      [
        "header",
        "*END*THE SMALL PRINT! FOR PUBLIC DOMAIN ETEXTS*Ver.04.29.93*END*",
        "one",
        "End of the Project Gutenberg Etext of Emma",
      ],
      ["one"],
    ],
    [
      "last words",
      ["one", "End of Project Gutenberg’s Emma, by Jane Austen", END, "licence"],
      ["one"],
    ],
    ["two books", ["h", START, "one", END, "between", START, "two", END, "f"], ["one", "two"]],
    ["a second start without an end", ["h", START, "one", START, "two"], ["one", "two"]],
    [
      "a marker without its closing stars",
      ["h", "***START OF THIS PROJECT GUTENBERG ETEXT EMMA", "one"],
      ["one"],
    ],
  ])("takes a Project Gutenberg frame away: %s", (_what, blocks, expected) => {
    expect(filter({}, ...blocks).blocks).toEqual(expected);
    const kept = filter({ boilerplate: { gutenberg: false } }, ...blocks);
    expect(kept.blocks).toEqual(blocks);
  });

  it("drops a document of which nothing is left", () => {
    expect(filter({}, "header", START)).toEqual({
      blocks: [],
      dropped: "nothing but boilerplate",
      removedLines: 2,
    });
  });

  it("takes notices out where asked, in several languages, and leaves text that mentions them", () => {
    const text = `Whether all rights reserved to the states were meant so, ${"nobody knows. ".repeat(30)}`;
    const blocks = [
      "We use cookies to improve your experience.",
      "© 2024 Acme. ALL RIGHTS RESERVED.",
      "저작권자 © 신문사, 무단 전재 및 재배포 금지".normalize("NFD"),
      text,
      "Rights matter.",
    ];
    const { blocks: left, removedLines } = filter({ boilerplate: { notices: true } }, ...blocks);
    expect(left).toEqual([text, "Rights matter."]);
    expect(removedLines).toBe(3);
  });

  it("takes out what own patterns name, however they are composed", () => {
    const boilerplate = { startsWith: ["Page "], contains: ["cafe\u0301  (c)"] };
    const blocks = ["Page 3", "On Page 3", "our café (c) 2020", "cafe (c)"];
    expect(filter({ boilerplate }, ...blocks).blocks).toEqual(["On Page 3", "cafe (c)"]);
  });

  it("takes out what repeats", () => {
    const blocks = ["H", "one", "H", "two", "H", "two"];
    expect(filter({ repeated: { moreThan: 2 } }, ...blocks).blocks).toEqual([
      "H",
      "one",
      "two",
      "two",
    ]);
    expect(filter({ repeated: { moreThan: 1, keep: "none" } }, ...blocks).blocks).toEqual(["one"]);
    expect(filter({ repeated: { moreThan: 3 } }, ...blocks).removedLines).toBe(0);
  });

  it("judges length by code points and letters with their marks", () => {
    expect(filter({ minCharacters: 4 }, "𠮷𠮷", "𠮷").dropped).toBe("fewer than 4 characters");
    expect(filter({ minCharacters: 3 }, "𠮷𠮷", "𠮷").dropped).toBeUndefined();
    expect(filter({ maxCharacters: 3 }, "abcd").dropped).toBe("more than 3 characters");
    const dropped = (text: string) => filter({ minLetterShare: 0.6 }, text).dropped;
    expect(dropped("12 34 - 56 total")).toBe("letters are less than 0.6 of its characters");
    expect(dropped("सभी मनुष्यों को")).toBeUndefined();
    expect(dropped("ab 1")).toBeUndefined();
    expect(filter({ minLetterShare: 0.1 }, "...").dropped).toBeDefined();
  });

  it("refuses limits that nothing meets, and names that it does not know", () => {
    expect(cleanParams.safeParse({ minCharacters: 9, maxCharacters: 8 }).success).toBe(false);
    expect(cleanParams.safeParse({ normalize: "nfc" }).success).toBe(false);
    expect(cleanParams.safeParse({ boilerplate: { contains: [" "] } }).success).toBe(false);
  });

  it("gives the same when filtered again", () => {
    const unit = fc.constantFrom(
      "a",
      "b",
      "H",
      "Page 1",
      "we use cookies",
      START,
      END,
      "*END*THE SMALL PRINT!",
      "**",
      `a ${START}`,
      `${END} b`,
      `${START} ${START}`,
      "End of Project Gutenberg's X",
    );
    const block = fc.array(unit, { minLength: 1, maxLength: 3 }).map((words) => words.join(" "));
    const options: Options = {
      boilerplate: { notices: true, startsWith: ["Page"] },
      repeated: { moreThan: 1 },
    };
    fc.assert(
      fc.property(fc.array(block, { maxLength: 12 }), (blocks) => {
        const once = filter(options, ...blocks);
        expect(filter(options, ...once.blocks).blocks).toEqual(once.blocks);
        expect(once.blocks).not.toContain("");
        for (const left of once.blocks)
          expect(blocks.some((given) => given.includes(left))).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it("takes linear time on stars", () => {
    const stars = "*".repeat(1e6);
    expect(filter({}, `GUTENBERG ${stars}`).removedLines).toBe(0);
    expect(filter({}, `one ${stars} START OF THE PROJECT GUTENBERG EBOOK`).blocks).toEqual([]);
  });
});
