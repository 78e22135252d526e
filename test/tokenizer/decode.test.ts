import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { decodeIds, pieceOf } from "../../lib/tokenizer/decode.ts";
import { encodeAll, openEncoder } from "../../lib/tokenizer/encoder.ts";
import { fromSpiece } from "../../lib/unigram/from-spiece.ts";
import { SPECIAL_PIECES, wordPieces } from "../rig/tokenizers.ts";

const definition = wordPieces([...SPECIAL_PIECES, "low", "##er", "##est", "##a", "한", "##국"]);

test("WordPiece's pieces become words, one blank between them", async () => {
  const [ids] = await encodeAll(await openEncoder(definition), ["Lower LOWEST 한국 zebra"]);
  expect(decodeIds(definition, ids!)).toBe("lower lowest 한국 [UNK]");
  expect(decodeIds(definition, [8, 5, 99])).toBe("##a low <99>");
  expect(decodeIds(definition, [])).toBe("");
  expect(pieceOf(definition, -1)).toBe("<-1>");
});

test("SentencePiece's pieces hold their blanks; special pieces stand apart", async () => {
  const model = readFileSync(join(import.meta.dirname, "../gold/tiny.spiece.model"));
  const spiece = fromSpiece(model, { lowercase: true, stripAccents: false }, {}, "tiny");
  const [ids] = await encodeAll(await openEncoder(spiece), ["나라의 말이, 1,250 people (town)"]);
  expect(decodeIds(spiece, ids!)).toBe("나라의 말이, 1,250 people (town)");
  const { cls, mask, sep } = spiece.roles;
  expect(decodeIds(spiece, [cls, ids![0]!, mask, sep])).toBe("[CLS] 나라의 [MASK] [SEP]");
});
