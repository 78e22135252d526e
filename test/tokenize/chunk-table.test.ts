import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ChunkTable, isSeparator } from "../../lib/wordpiece/chunk-table.ts";

const encode = (text: string) => new TextEncoder().encode(text);

/** Looks every chunk of a text up, adding the new ones with their number: the numbers, -1 for those not looked up. */
function numberChunks(table: ChunkTable, bytes: Uint8Array, start: number, end: number): number[] {
  const numbers: number[] = [];
  for (let at = start; at < end; ) {
    if (isSeparator(bytes[at]!)) {
      at++;
      continue;
    }
    let chunkEnd = at;
    while (chunkEnd < end && !isSeparator(bytes[chunkEnd]!)) chunkEnd++;
    const found = table.find(bytes, at, end);
    if (found < 0) numbers.push(-1);
    else {
      expect(table.end).toBe(chunkEnd);
      const notes = found || table.add([table.size], 1);
      numbers.push(table.notes[notes]!);
    }
    at = chunkEnd;
  }
  return numbers;
}

const unit = fc.constantFrom(..."aabc é한😀.\t\n\r ", "\u0000", "\u000b", "a".repeat(62));
const text = fc.string({ unit, maxLength: 40 });

describe("ChunkTable", () => {
  test("finds what stands between blanks again, and tells all else apart", () => {
    fc.assert(
      fc.property(fc.array(text), fc.nat(3), fc.nat(3), (texts, before, after) => {
        const table = new ChunkTable();
        const seen = new Map<string, number>();
        for (const one of texts) {
          // What stands around a text in its column is none of it.
          const bytes = encode(`${"x".repeat(before)}${one}${"y".repeat(after)}`);
          const expected = one
            .split(/[ \t\n\r]+/)
            .filter((chunk) => chunk !== "")
            .map((chunk) => {
              if (/[\0\v]/.test(chunk) || encode(chunk).length > 63) return -1;
              if (!seen.has(chunk)) seen.set(chunk, seen.size);
              return seen.get(chunk);
            });
          const got = numberChunks(table, bytes, before, bytes.length - after);
          expect(got).toEqual(expected);
        }
      }),
    );
  });

  test("keeps chunks while it grows, and gives back each with its notes", () => {
    const table = new ChunkTable();
    const words = Array.from({ length: 30_000 }, (_, number) => `w${number}`);
    const bytes = encode(words.join(" "));
    const numbers = [...words.keys()];
    expect(numberChunks(table, bytes, 0, bytes.length)).toEqual(numbers);
    expect(numberChunks(table, bytes, 0, bytes.length)).toEqual(numbers);
    const given = new Map<number, string>();
    table.each((pool, start, length, notes) => {
      given.set(table.notes[notes]!, Buffer.from(pool.subarray(start, start + length)).toString());
    });
    expect(numbers.map((number) => given.get(number))).toEqual(words);
    table.clear();
    expect(table.find(bytes, 0, bytes.length)).toBe(0);
    expect(table.size).toBe(0);
  });

  test("tells chunks of one hash apart, and a chunk from its own beginning", () => {
    const bytes = encode("w66ujnnx w6z2bnjx w66ujn w6 w66ujnnx w6z2bnjx");
    expect(numberChunks(new ChunkTable(), bytes, 0, bytes.length)).toEqual([0, 1, 2, 3, 0, 1]);
  });
});
