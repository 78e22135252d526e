import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decode, decodeWhole, type FoundEncoding } from "../../stages/ingest/decode.ts";
import { LineCounter, LineSplitter, linesOf } from "../../stages/ingest/lines.ts";
import type { Encoding } from "../../stages/ingest/source-options.ts";
import { firstInvalidUtf8 } from "../../stages/ingest/utf8.ts";
import { processorTime } from "../rig/processor-time.ts";
import { anyText } from "./any-text.ts";
import { failure } from "./ingested.ts";

/** The bytes in pieces of a size, each in memory of its own that is overwritten once the next is asked for. */
async function* inPieces(content: Uint8Array, pieceBytes: number) {
  const buffer = new Uint8Array(pieceBytes);
  for (let at = 0; at < content.length; at += pieceBytes) {
    const piece = content.subarray(at, at + pieceBytes);
    buffer.set(piece);
    yield buffer.subarray(0, piece.length);
    buffer.fill(0x7f);
  }
}

interface Decoded {
  readonly text: string;
  readonly found: readonly FoundEncoding[];
}

async function decoded(
  content: Uint8Array,
  encoding: Encoding = "utf-8",
  pieceBytes = 1 << 20,
): Promise<Decoded> {
  let text = "";
  const found: FoundEncoding[] = [];
  for await (const piece of decode(inPieces(content, pieceBytes), {
    where: "/data/file",
    encoding,
    onFound: (encoding) => found.push(encoding),
  }))
    text += piece;
  return { text, found };
}

async function decodedBytes(content: Uint8Array, encoding?: Encoding, pieceBytes?: number) {
  return (await decoded(content, encoding, pieceBytes)).text;
}

/** The reference: the longest prefix that extends to something valid, found with the platform's own decoder. */
function firstInvalidByTrial(bytes: Uint8Array): number {
  for (let end = 0; end <= bytes.length; end++) {
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, end), { stream: true });
    } catch {
      let begin = end - 1;
      while (begin > 0 && !valid(bytes.subarray(0, begin))) begin--;
      return begin;
    }
  }
  return valid(bytes) ? -1 : lastValid(bytes);
}

function valid(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function lastValid(bytes: Uint8Array): number {
  let end = bytes.length;
  while (!valid(bytes.subarray(0, end))) end--;
  return end;
}

const bytesLikeUtf8 = fc
  .array(
    fc.oneof(
      anyText(3).map((text) => [...Buffer.from(text)]),
      fc.array(
        fc.constantFrom(0x80, 0xbf, 0xc1, 0xc2, 0xe0, 0xa0, 0xed, 0xf0, 0x90, 0xf4, 0xff, 0x41),
        {
          maxLength: 4,
        },
      ),
    ),
  )
  .map((pieces) => Uint8Array.from(pieces.flat()));

describe("decode", () => {
  it("gives the same text at any piece size", async () => {
    const text = "\ufeffa한é😀\r\n漢字 \u{10ffff}\n\ufeffz";
    for (const pieceBytes of [1, 2, 3, 4, 5, 7, 1000])
      expect(await decodedBytes(Buffer.from(text), "utf-8", pieceBytes)).toBe(text.slice(1));
  });

  it("reads latin1 as Windows-1252", async () => {
    const bytes = Uint8Array.from({ length: 255 }, (_, index) => index + 1);
    expect(await decodedBytes(bytes, "latin1", 7)).toBe(
      new TextDecoder("windows-1252").decode(bytes).replace(/[\x80-\x9f]/g, (c) =>
        // Some Node releases decode ISO 8859-1 here; only the five holes of Windows-1252 may stay controls.
        "\x81\x8d\x8f\x90\x9d".includes(c) ? c : WINDOWS_1252_SAMPLE[c]!,
      ),
    );
    expect(await decodedBytes(Uint8Array.of(0x93, 0x43, 0xe6, 0x94, 0x80, 0x97), "latin1")).toBe(
      "“Cæ”€—",
    );
  });

  it("says where invalid UTF-8 is, at any piece size", async () => {
    const content = Buffer.concat([
      Buffer.from("한 one\r\ntwo\rthree C"),
      Buffer.of(0xe6),
      Buffer.from("sar\n"),
    ]);
    for (const pieceBytes of [1, 4, 5, 1000]) {
      const error = await failure(decodedBytes(content, "utf-8", pieceBytes));
      expect(error.message).toMatch(/file is not valid UTF-8$/);
      expect(error.details.where).toMatch(/file:3, byte 20$/);
      expect(error.details.got).toBe("byte 0xe6");
      expect(error.details.hint).toContain('encoding: "latin1"');
    }
  });

  it("says where a character is cut off by the file's end", async () => {
    const error = await failure(decodedBytes(Buffer.from("ab한").subarray(0, 4)));
    expect(error.details.where).toMatch(/file:1, byte 2$/);
  });

  it.each([
    ["a NUL byte", Buffer.from("some text\0more"), ":1", 9, "a NUL byte"],
    ["a gzip file", Buffer.from("1f8b0800000000000003", "hex"), "", 3, "a gzip file"],
    ["UTF-16", Buffer.from("\ufefftext", "utf16le"), "", 3, "UTF-16 text"],
    ["a PNG image", Buffer.from("89504e470d0a1a0a0000000d", "hex"), "", 8, "a PNG image"],
  ])("refuses %s", async (what, content, line, offset, got) => {
    for (const encoding of ["utf-8", "latin1"] as const) {
      // UTF-8 gives way to the mark.
      if (what === "UTF-16" && encoding === "utf-8") continue;
      const error = await failure(decodedBytes(content, encoding));
      expect(error.message).toMatch(/is not a text file$/);
      expect(error.details).toMatchObject({ got });
      expect(error.details.where).toBe(`/data/file${line}, byte ${offset}`);
    }
  });

  it("names compressed data that has no NUL byte", async () => {
    const error = await failure(
      decodedBytes(Buffer.from("28b52ffd2405290000", "hex").subarray(0, 6)),
    );
    expect(error.details.got).toBe("byte 0xb5 in what looks like a zstd file");
  });

  it("reads UTF-16 by its mark, where UTF-8 is the default, and by its name", async () => {
    const text = "\ufeffOne é 한\r\n😀 two\ufeff";
    const little = Buffer.from(text, "utf16le");
    const big = Buffer.from(little).swap16();
    for (const pieceBytes of [1, 2, 3, 5, 1000]) {
      for (const encoding of ["utf-8", "auto", "utf-16le"] as const)
        expect(await decodedBytes(little, encoding, pieceBytes)).toBe(text.slice(1));
      for (const encoding of ["utf-8", "auto", "utf-16be"] as const)
        expect(await decodedBytes(big, encoding, pieceBytes)).toBe(text.slice(1));
      expect(await decodedBytes(little.subarray(2), "utf-16le", pieceBytes)).toBe(text.slice(1));
      expect(await decodedBytes(big.subarray(2), "utf-16be", pieceBytes)).toBe(text.slice(1));
    }
    expect((await decoded(little)).found).toEqual(["utf-16le"]);
    expect((await decoded(big, "auto")).found).toEqual(["utf-16be"]);
    expect((await decoded(little, "utf-16le")).found).toEqual([]);
  });

  it.each([
    ["half a surrogate pair", "utf-16le", [0x61, 0, 0x0a, 0, 0x3d, 0xd8, 0x62, 0], 4, 2],
    ["half a pair at the end", "utf-16le", [0x61, 0, 0x3d, 0xd8], 2, 1],
    ["an odd byte", "utf-16be", [0, 0x61, 0, 0x0d, 0x61], 4, 2],
    ["a NUL", "utf-16be", [0, 0x61, 0, 0], 2, 1],
  ] as const)("refuses %s in UTF-16", async (_what, encoding, bytes, offset, line) => {
    for (const pieceBytes of [1, 3, 100]) {
      const error = await failure(decodedBytes(Uint8Array.from(bytes), encoding, pieceBytes));
      expect(error.details.where).toBe(`/data/file:${line}, byte ${offset}`);
    }
  });

  it("tells UTF-8 from Windows-1252 where it is asked to, at any piece size", async () => {
    const cases: readonly (readonly [Buffer, string, readonly FoundEncoding[]])[] = [
      [Buffer.from("plain"), "plain", []],
      [Buffer.from(""), "", []],
      [Buffer.from("a Cæsar 한"), "a Cæsar 한", []],
      [Buffer.from("a Cæsar", "latin1"), "a Cæsar", ["latin1"]],
      [
        Buffer.from("many words before a late Cæsar", "latin1"),
        "many words before a late Cæsar",
        ["latin1"],
      ],
      // Cut off: no whole character, so no UTF-8.
      [Buffer.from("한").subarray(0, 2), "í•", ["latin1"]],
    ];
    for (const [bytes, text, found] of cases)
      for (const pieceBytes of [1, 2, 3, 7, 1000])
        expect(await decoded(bytes, "auto", pieceBytes)).toEqual({ text, found });
  });

  it("does not take a file for Windows-1252 whose first megabyte of other letters is UTF-8", async () => {
    const content = Buffer.concat([
      Buffer.from(`${"a".repeat(5000)}\n`),
      Buffer.from("é".repeat(600_000)),
      Buffer.of(0xe9),
    ]);
    for (const pieceBytes of [5000, 1 << 20, 1 << 22]) {
      const error = await failure(decodedBytes(content, "auto", pieceBytes));
      expect(error.details.where).toBe(`/data/file:2, byte ${content.length - 1}`);
    }
  });

  it("holds a whole text only where it is short enough", async () => {
    const options = { where: "/data/file", encoding: "utf-8" } as const;
    expect(await decodeWhole(inPieces(Buffer.from("한글"), 1), options, 2)).toBe("한글");
    const error = await failure(decodeWhole(inPieces(Buffer.from("한글."), 1), options, 2));
    expect(error.message).toBe("/data/file is too long to be one document");
  });
});

/** Windows-1252's 0x80 to 0x9f, independently of the code, from Unicode's CP1252.TXT. */
const WINDOWS_1252_SAMPLE: Readonly<Record<string, string>> = Object.fromEntries(
  (
    [
      [0x80, 0x20ac],
      [0x82, 0x201a],
      [0x83, 0x0192],
      [0x84, 0x201e],
      [0x85, 0x2026],
      [0x86, 0x2020],
      [0x87, 0x2021],
      [0x88, 0x02c6],
      [0x89, 0x2030],
      [0x8a, 0x0160],
      [0x8b, 0x2039],
      [0x8c, 0x0152],
      [0x8e, 0x017d],
      [0x91, 0x2018],
      [0x92, 0x2019],
      [0x93, 0x201c],
      [0x94, 0x201d],
      [0x95, 0x2022],
      [0x96, 0x2013],
      [0x97, 0x2014],
      [0x98, 0x02dc],
      [0x99, 0x2122],
      [0x9a, 0x0161],
      [0x9b, 0x203a],
      [0x9c, 0x0153],
      [0x9e, 0x017e],
      [0x9f, 0x0178],
    ] as const
  ).map(([from, to]) => [String.fromCharCode(from), String.fromCharCode(to)]),
);

describe("firstInvalidUtf8", () => {
  it("agrees with the platform's decoder on validity and on the place", () => {
    fc.assert(
      fc.property(bytesLikeUtf8, (bytes) => {
        expect(firstInvalidUtf8(bytes)).toBe(firstInvalidByTrial(bytes));
      }),
      { numRuns: 3000 },
    );
  });
});

describe("LineSplitter", () => {
  it("gives the same lines however the text is cut", () => {
    const pieces = fc.array(fc.stringMatching(/^[ab\r\n]{0,6}$/));
    fc.assert(
      fc.property(pieces, (cut) => {
        const splitter = new LineSplitter("x");
        const lines = [...cut.flatMap((piece) => splitter.push(piece)), ...splitter.end()];
        const whole = linesOf(cut.join(""));
        // A line's end at the end of the text begins no further line.
        expect(lines).toEqual(whole.at(-1) === "" ? whole.slice(0, -1) : whole);
      }),
      { numRuns: 2000 },
    );
  });

  it("refuses a line that is too long and says which", () => {
    const splitter = new LineSplitter("/data/x.txt", { longest: 100 });
    expect(splitter.push("one\ntwo\n")).toEqual(["one", "two"]);
    expect(splitter.push("a".repeat(60))).toEqual([]);
    expect(() => splitter.push("a".repeat(60))).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ where: "/data/x.txt:3" }) }),
    );
  });

  it("passes over lines that are too long where someone is to be told, however the text is cut", () => {
    const text = `ab\n${"c".repeat(50)}\nd\r\n${"e".repeat(11)}\r${"f".repeat(10)}\n${"g".repeat(30)}`;
    for (let size = 1; size <= text.length; size++) {
      const told: [number, string][] = [];
      const splitter = new LineSplitter("x", {
        longest: 10,
        onTooLong: (line, begin) => told.push([line, begin[0]!]),
      });
      const lines: string[] = [];
      for (let at = 0; at < text.length; at += size)
        lines.push(...splitter.push(text.slice(at, at + size)));
      lines.push(...splitter.end());
      expect(lines).toEqual(["ab", "", "d", "", "f".repeat(10), ""]);
      expect(told).toEqual([
        [2, "c"],
        [4, "e"],
        [6, "g"],
      ]);
    }
  });

  it("takes linear time on a line in many pieces", async () => {
    const splitter = new LineSplitter("x");
    const took = await processorTime(() => {
      for (let piece = 0; piece < 300_000; piece++) splitter.push("some text ");
      expect(splitter.end()[0]!.length).toBe(3_000_000);
    });
    expect(took).toBeLessThan(5_000);
  });
});

describe("LineCounter", () => {
  it("counts as the splitter does, however the text is cut", () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[ab\r\n]{0,6}$/)), (cut) => {
        const counter = new LineCounter();
        for (const piece of cut) counter.add(piece);
        const whole = cut.join("");
        // A CR in the end may be the first half of a CRLF: what comes next is on another line either way.
        expect(counter.after("")).toBe(linesOf(whole).length);
      }),
      { numRuns: 2000 },
    );
  });
});
