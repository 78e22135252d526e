import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { TokenizerDefinition } from "../../lib/tokenizer/definition.ts";
import { encodeAll, openEncoder } from "../../lib/tokenizer/encoder.ts";
import { writeTokenizer } from "../../lib/tokenizer/files.ts";
import { fromSpiece } from "../../lib/unigram/from-spiece.ts";
import { tempFolder } from "../rig/temp-folder.ts";
import { SPECIAL_PIECES, wordPieces } from "../rig/tokenizers.ts";

const root = join(import.meta.dirname, "../..");
const data = join(root, "../shared/data");
const python = process.env["PEER_PYTHON"];

/** Lines of every kind of text there is, and what no text should hold. */
function linesOf(folder: string): readonly string[] {
  const nasty = [
    "",
    " ",
    "[MASK] [CLS] <unk>",
    "\u0000a\ufffdb",
    "ΣΊΣΥΦΟΣ İstanbul",
    "㎏①ﬁ",
    "👩‍👩‍👧 e\u0301",
    "▁a ▁",
  ];
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    /\.(txt|raw|tsv)$/.test(name),
  );
  const lines = files.flatMap((name) =>
    readFileSync(join(folder, name), "utf8").split("\n").slice(0, 400),
  );
  return [...nasty, ...nasty.map((text) => text.normalize("NFD")), ...lines];
}

const alphabet = Array.from({ length: 0x2d00 }, (_, at) =>
  String.fromCodePoint(0xac00 + (at % 11172)),
);
const letters = [
  ...new Set([
    ...alphabet,
    ...Array.from({ length: 0x500 }, (_, at) => String.fromCodePoint(at + 0x21)),
  ]),
].filter((letter) => !/[\n\r\p{Cc}]/u.test(letter));
const pieces = [...SPECIAL_PIECES, "##", ...letters, ...letters.map((letter) => `##${letter}`)];
const spiece = readFileSync(join(root, "test/gold/tiny.spiece.model"));

const definitions: readonly (readonly [string, () => TokenizerDefinition])[] = [
  ["WordPiece, NFC", () => wordPieces(pieces)],
  ["WordPiece, as BERT", () => wordPieces(pieces, { stripAccents: true, normalForm: "none" })],
  ["WordPiece, cased, Jamo", () => wordPieces(pieces, { lowercase: false, normalForm: "nfd" })],
  [
    "WordPiece, uncleaned, short words",
    () =>
      wordPieces(pieces, { cleanText: false, handleChineseChars: false, maxInputCharsPerWord: 5 }),
  ],
  ["Unigram", () => fromSpiece(spiece, { lowercase: true, stripAccents: true }, {}, "spiece")],
  [
    "Unigram, kept",
    () => fromSpiece(spiece, { lowercase: false, stripAccents: false }, {}, "spiece"),
  ],
];

describe.skipIf(python === undefined)(
  "what transformers makes of a tokenizer's folder (PEER_PYTHON)",
  () => {
    test.each(definitions)(
      "%s: the same ids, roles and frame",
      { timeout: 300_000 },
      async (_, make) => {
        const definition = make();
        const folder = await tempFolder();
        await writeTokenizer(folder, definition, 77);
        const texts = linesOf(data).filter(
          // There a special piece's spelling is that piece to a Unigram model, whatever one asks for.
          (text) =>
            definition.kind === "wordpiece" || !/\[(MASK|CLS|SEP)\]|<(unk|pad)>/i.test(text),
        );
        const script = join(root, "test/gold/check_tokenizer.py");
        const { status, stdout, stderr } = spawnSync(python!, [script, folder], {
          input: JSON.stringify(texts),
          encoding: "utf8",
          maxBuffer: 2 ** 30,
        });
        expect(status, stderr).toBe(0);
        const { ids, ...said } = JSON.parse(stdout.trim().split("\n").at(-1)!);
        expect(said).toEqual({
          roles: definition.roles,
          size: definition.pieces.length,
          maxLength: 77,
        });
        const own = await encodeAll(await openEncoder(definition), texts);
        for (const [index, text] of texts.entries())
          expect([...own[index]!], text).toEqual(ids[index]);
      },
    );
  },
);
