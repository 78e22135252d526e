import { chmodSync, rmSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeFile } from "../../stages/ingest/decode.ts";
import { LineSplitter, linesOf } from "../../stages/ingest/lines.ts";
import { firstInvalidUtf8 } from "../../stages/ingest/utf8.ts";
import { anyText } from "./any-text.ts";
import { failure, folderWith } from "./ingested.ts";

type Encoding = "utf-8" | "latin1";

async function decoded(path: string, encoding: Encoding = "utf-8", pieceBytes = 1 << 20) {
  let text = "";
  for await (const piece of decodeFile({ path, name: "x" }, { encoding, pieceBytes }))
    text += piece;
  return text;
}

async function decodedBytes(content: Uint8Array, encoding?: Encoding, pieceBytes?: number) {
  using folder = folderWith({ file: content });
  return await decoded(join(folder.path, "file"), encoding, pieceBytes);
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

describe("decodeFile", () => {
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
    ["a NUL byte", Buffer.from("some text\0more"), 9, "a NUL byte"],
    ["a gzip file", Buffer.from("1f8b0800000000000003", "hex"), 3, "a gzip file"],
    ["UTF-16", Buffer.from("\ufefftext", "utf16le"), 3, "UTF-16 text"],
    ["a PNG image", Buffer.from("89504e470d0a1a0a0000000d", "hex"), 8, "a PNG image"],
  ])("refuses %s", async (_what, content, offset, got) => {
    for (const encoding of ["utf-8", "latin1"] as const) {
      const error = await failure(decodedBytes(content, encoding));
      expect(error.message).toMatch(/is not a text file$/);
      expect(error.details).toMatchObject({ got });
      expect(error.details.where).toMatch(new RegExp(`file, byte ${offset}$`));
    }
  });

  it("names compressed data that has no NUL byte", async () => {
    const error = await failure(
      decodedBytes(Buffer.from("28b52ffd2405290000", "hex").subarray(0, 6)),
    );
    expect(error.details.got).toBe("byte 0xb5 in what looks like a zstd file");
  });

  it("says that a file is gone, is a folder or cannot be read", async () => {
    using folder = folderWith({ "sub/file": "text", secret: "text" });
    const gone = await failure(decoded(join(folder.path, "gone")));
    expect(gone.message).toMatch(/gone is gone$/);
    const isFolder = await failure(decoded(join(folder.path, "sub")));
    expect(isFolder.message).toMatch(/sub is a folder$/);
  });

  it.skipIf(process.getuid?.() === 0)("says that a file may not be read", async () => {
    using folder = folderWith({ secret: "text" });
    chmodSync(join(folder.path, "secret"), 0);
    const error = await failure(decoded(join(folder.path, "secret")));
    expect(error.message).toMatch(/secret cannot be read$/);
    expect(error.details).toMatchObject({ got: "EACCES", hint: "check its permissions" });
    rmSync(join(folder.path, "secret"), { force: true });
  });

  it("stops when it is told to", async () => {
    using folder = folderWith({ file: "text" });
    const signal = AbortSignal.abort(new Error("stopped"));
    const file = { path: join(folder.path, "file"), name: "file" };
    await expect(decodeFile(file, { encoding: "utf-8", signal }).next()).rejects.toThrow("stopped");
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
    const splitter = new LineSplitter("/data/x.txt", 100);
    expect(splitter.push("one\ntwo\n")).toEqual(["one", "two"]);
    expect(splitter.push("a".repeat(60))).toEqual([]);
    expect(() => splitter.push("a".repeat(60))).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ where: "/data/x.txt:3" }) }),
    );
  });

  it("takes linear time on a line in many pieces", () => {
    const splitter = new LineSplitter("x");
    const begin = performance.now();
    for (let piece = 0; piece < 300_000; piece++) splitter.push("some text ");
    expect(splitter.end()[0]!.length).toBe(3_000_000);
    expect(performance.now() - begin).toBeLessThan(5_000);
  });
});
