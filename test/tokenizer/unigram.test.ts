import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { UnigramDefinition } from "../../lib/tokenizer/definition.ts";
import { encodeAll, openEncoder } from "../../lib/tokenizer/encoder.ts";
import { readTokenizer } from "../../lib/tokenizer/files.ts";
import { fromSpiece } from "../../lib/unigram/from-spiece.ts";
import { wordStartsOf } from "../../lib/unigram/word-starts.ts";
import { IntList } from "../../lib/wordpiece/int-list.ts";
import { codePointOffsets } from "../../lib/wordpiece/offset-encoder.ts";
import { PieceList } from "../../lib/wordpiece/tokenizer.ts";
import { tokenizerFolder } from "../rig/tokenizer-folder.ts";

interface Gold {
  readonly lowercase: boolean;
  readonly stripAccents: boolean;
  readonly text: string;
  readonly ids: readonly number[];
  readonly offsets: readonly (readonly [number, number])[] | null;
  readonly wordStarts: readonly number[] | null;
}

const folder = join(import.meta.dirname, "../gold");
const model = readFileSync(join(folder, "tiny.spiece.model"));
const gold: readonly Gold[] = JSON.parse(readFileSync(join(folder, "unigram.json"), "utf8"));

const read = (lowercase: boolean, stripAccents: boolean): UnigramDefinition =>
  fromSpiece(model, { lowercase, stripAccents }, {}, "tiny");

describe.each([
  [true, true],
  [true, false],
  [false, true],
  [false, false],
])("lowercase %s, stripAccents %s", (lowercase, stripAccents) => {
  const rows = gold.filter(
    (row) => row.lowercase === lowercase && row.stripAccents === stripAccents,
  );

  test("ids are SentencePiece's, in a batch and from our tokenizer.json", async () => {
    const texts = rows.map(({ text }) => text);
    const wanted = rows.map(({ ids }) => ids);
    const encoder = await openEncoder(read(lowercase, stripAccents));
    expect((await encodeAll(encoder, texts)).map((ids) => [...ids])).toEqual(wanted);
    const again = await readTokenizer(await tokenizerFolder(read(lowercase, stripAccents)));
    const other = await encodeAll(await openEncoder(again), texts);
    expect(other.map((ids) => [...ids])).toEqual(wanted);
  });

  test("offsets and word starts are those found by Hugging Face's pre-tokenisers", async () => {
    const encoder = await openEncoder(read(lowercase, stripAccents));
    for (const { text, offsets, wordStarts } of rows) {
      if (offsets === null) continue;
      const encoded = (await encoder.encodeWithOffsets([text]))[0]!;
      const starts = codePointOffsets(text, encoded.starts);
      const ends = codePointOffsets(text, encoded.ends);
      expect(
        Array.from(starts, (start, index) => [start, ends[index]]),
        text,
      ).toEqual(offsets);
      expect([...encoded.wordStarts], text).toEqual(wordStarts);
    }
  });
});

test("eojeol, digits, ideographs and punctuation begin words", async () => {
  const encoder = await openEncoder(read(true, false));
  const words = async (text: string) => {
    const { wordStarts, starts } = (await encoder.encodeWithOffsets([text]))[0]!;
    const borders = [...starts.filter((_, index) => wordStarts[index] === 1), text.length];
    return borders.slice(1).map((end, index) => text.slice(borders[index], end).trim());
  };
  expect(await words("나라의 말이 1994년")).toEqual(["나라의", "말이", "1994년"]);
  expect(await words("town 99,5 two")).toEqual(["town", "99", ",", "5", "two"]);
  expect(await words("(can't)")).toEqual(["(", "can", "'", "t", ")"]);
});

test("words begin after blanks, at and after punctuation and ideographs; controls are passed over", () => {
  const marks = (text: string) =>
    [...wordStartsOf(Array.from(text, (char) => char.codePointAt(0)!))].join("");
  expect(marks("ab c")).toBe("1001");
  expect(marks("a-b")).toBe("111");
  expect(marks("국어 12")).toBe("10010");
  expect(marks("a中国b")).toBe("1111");
  expect(marks("a\u200bb \u0000c")).toBe("1000" + "01");
  expect(marks("")).toBe("");
});

test("any text begins with a word and has no more of them than words, but for what BERT drops", async () => {
  const encoder = await openEncoder(read(false, false));
  const character = fc.oneof(
    fc.constantFrom(..." \t\u3000,.-'中国가나다라의aZ09é\u0301\u200d🎉▁"),
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(character, { maxLength: 24 }), async (characters) => {
      const text = characters.join("");
      const { ids, wordStarts, starts, ends } = (await encoder.encodeWithOffsets([text]))[0]!;
      const words = wordStartsOf(Array.from(text, (char) => char.codePointAt(0)!));
      const count = wordStarts.reduce((sum, one) => sum + one, 0);
      expect(count).toBeLessThanOrEqual(words.reduce((sum, one) => sum + one, 0) + 1);
      if (ids.length > 0) expect(wordStarts[0]).toBe(1);
      for (const [index, start] of starts.entries())
        expect(ends[index]!).toBeGreaterThanOrEqual(start);
    }),
    { numRuns: 300 },
  );
});

test("batches of many texts keep their borders", async () => {
  const encoder = await openEncoder(read(true, true));
  const texts = Array.from({ length: 1200 }, (_, index) => "town ".repeat(index % 7));
  const encoded = await encodeAll(encoder, texts);
  expect(encoded.map(({ length }) => length)).toEqual(
    texts.map((_, index) => encoded[1]!.length * (index % 7)),
  );
  const bytes = Buffer.from(texts.join(""));
  const offsets = Int32Array.from([0, ...texts.map(() => 0)]);
  for (const [index, text] of texts.entries()) offsets[index + 1] = offsets[index]! + text.length;
  const [out, ends] = [new PieceList(), new IntList()];
  await encoder.encodeTexts({ bytes, offsets }, 600, 602, out, ends);
  expect([...out.taken()]).toEqual([...encoded[600]!, ...encoded[601]!]);
  expect(ends.length).toBe(2);
});
