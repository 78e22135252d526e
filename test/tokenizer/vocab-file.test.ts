import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { kindOf, ordinaryIds } from "../../lib/tokenizer/definition.ts";
import { encodeAll, openEncoder } from "../../lib/tokenizer/encoder.ts";
import { readTokenizer } from "../../lib/tokenizer/files.ts";
import { TokenizerError } from "../../lib/tokenizer/tokenizer-error.ts";
import { tokenizerJsonText } from "../../lib/tokenizer/tokenizer-json.ts";
import { readVocabFile, type VocabFileOptions } from "../../lib/tokenizer/vocab-file.ts";
import { tempFolder } from "../rig/temp-folder.ts";
import { tokenizerFolder } from "../rig/tokenizer-folder.ts";
import { SPECIAL_PIECES, wordPieces } from "../rig/tokenizers.ts";

const model = join(import.meta.dirname, "../gold/tiny.spiece.model");

async function fileOf(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(await tempFolder(), name);
  await writeFile(path, content);
  return path;
}

const readTxt = async (content: string | Uint8Array, options: VocabFileOptions = {}) =>
  readVocabFile(await fileOf("vocab.txt", content), options);
const lines = (...pieces: readonly string[]) => [...SPECIAL_PIECES, ...pieces, ""].join("\n");

async function failureOf(work: Promise<unknown>): Promise<TokenizerError> {
  const error = await work.then(
    () => expect.unreachable(),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(TokenizerError);
  return error as TokenizerError;
}

describe("vocab.txt", () => {
  test("is read as bare BERT where nothing is said, by line ends of any kind, with a byte order mark", async () => {
    const wanted = wordPieces([...SPECIAL_PIECES, "a", "##b"], {
      stripAccents: true,
      normalForm: "none",
    });
    const text = lines("a", "##b");
    for (const content of [text, text.trimEnd(), text.replaceAll("\n", "\r\n"), `\ufeff${text}`])
      expect(await readTxt(content)).toEqual(wanted);
  });

  test("takes the normaliser's options", async () => {
    const options = {
      lowercase: false,
      handleChineseChars: false,
      cleanText: false,
      normalForm: "nfc",
      maxInputCharsPerWord: 200,
    } as const;
    expect(await readTxt(lines("a"), options)).toMatchObject({
      normaliser: { ...options, stripAccents: false },
    });
  });

  test("knows special pieces by usual spellings or by name", async () => {
    const roberta = ["<s>", "<pad>", "</s>", "<unk>", "<mask>", "a"].join("\n");
    expect((await readTxt(roberta)).roles).toEqual({ cls: 0, pad: 1, sep: 2, unk: 3, mask: 4 });
    const own = await readTxt(roberta.replace("<mask>", "[M]"), { specialTokens: { mask: "[M]" } });
    expect(own.roles.mask).toBe(4);
    expect(own.special).toEqual(new Set([0, 1, 2, 3, 4]));
  });

  test("keeps pieces that are set free out of the ordinary ones", async () => {
    const read = await readTxt(lines("[unused0]", "a", "[unused12]", "[unusedx]"));
    expect([...ordinaryIds(read)]).toEqual([6, 8]);
    expect(read.pieces.map((piece, id) => kindOf(read, id, piece)).slice(5)).toEqual([
      "unused",
      "piece",
      "unused",
      "piece",
    ]);
  });

  test("takes pieces that are names of properties or would act on a terminal, as they are", async () => {
    const hostile = ["__proto__", "constructor", "\x1b[31mred", "\u202e", "<script>", "1994", "12"];
    const read = await readTxt(lines(...hostile));
    expect(read.pieces.slice(5)).toEqual(hostile);
    const again = await readTokenizer(await tokenizerFolder(read));
    expect(again).toEqual(read);
    const encoder = await openEncoder(again);
    expect([...(await encodeAll(encoder, ["constructor 1994 12"]))[0]!]).toEqual([6, 10, 11]);
  });

  test.each([
    ["a blank line", lines("a", "", "b"), "line 7"],
    ["a line of blanks", lines("a", " \t", "b"), "line 7"],
    ["a piece twice", lines("a", "b", "a"), "line 8"],
    ["no special pieces", "a\nb\n", "vocab.txt"],
    ["no [MASK]", lines("a").replace("[MASK]", "mask"), "vocab.txt"],
    ["nothing", "", "vocab.txt"],
    ["nothing but a line end", "\n", "vocab.txt"],
  ])("is refused with %s", async (_, content, where) => {
    expect((await failureOf(readTxt(content))).where).toContain(where);
  });

  test("is refused where it is not UTF-8, of too many pieces, or two roles have one piece", async () => {
    const latin1 = Buffer.from(lines("café"), "latin1");
    expect((await failureOf(readTxt(latin1))).message).toContain("not UTF-8");
    const many = Array.from({ length: 1_000_001 }, (_, id) => `p${id}`).join("\n");
    expect((await failureOf(readTxt(many))).got).toBe("1000001");
    const shared = { specialTokens: { pad: "[UNK]" } };
    expect((await failureOf(readTxt(lines("a"), shared))).message).toContain("two roles");
  });
});

describe("tokenizer.json", () => {
  type Json = Record<string, unknown> & { model: Record<string, unknown> };
  const bert = wordPieces([...SPECIAL_PIECES, "a", "##b", "__proto__"], { normalForm: "none" });
  const json = (): Json => JSON.parse(tokenizerJsonText(bert)) as Json;
  const readJson = async (content: unknown, options: VocabFileOptions = {}) =>
    readVocabFile(await fileOf("tokenizer.json", JSON.stringify(content)), options);

  test("says itself how text is normalised", async () => {
    expect(await readJson(json())).toEqual(bert);
    const nfd = wordPieces(bert.pieces, { lowercase: false, normalForm: "nfd" });
    expect(await readJson(JSON.parse(tokenizerJsonText(nfd)))).toEqual(nfd);
    const unset = json();
    unset["normalizer"] = { ...(unset["normalizer"] as object), strip_accents: null };
    expect(await readJson(unset)).toMatchObject({ normaliser: { stripAccents: true } });
    expect((await failureOf(readJson(json(), { lowercase: true }))).message).toContain("lowercase");
  });

  test("of Unigram is read back as it was written", async () => {
    const { spiece: _, ...read } = (await readVocabFile(model, {})) as { spiece?: unknown };
    const text = tokenizerJsonText(await readVocabFile(model, {}));
    expect(await readVocabFile(await fileOf("tokenizer.json", text), {})).toEqual(read);
  });

  const added = (changes: object) => ({
    id: 8,
    content: "<extra>",
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
    ...changes,
  });

  test("may hold special tokens beside its model's pieces", async () => {
    const file = json();
    file["added_tokens"] = [...(file["added_tokens"] as object[]), added({})];
    const read = await readJson(file);
    expect(read.pieces.at(-1)).toBe("<extra>");
    expect(read.special.has(8)).toBe(true);
  });

  test.each<[string, (file: Json) => unknown]>([
    ["another kind of model", (file) => ({ ...file, model: { type: "BPE" } })],
    ["no model", ({ model: _, ...file }) => file],
    ["another normaliser", (file) => ({ ...file, normalizer: { type: "NFKC" } })],
    ["no normaliser", (file) => ({ ...file, normalizer: null })],
    ["a step before BERT's", (file) => sequence(file, { type: "NFC" }, file["normalizer"])],
    [
      "a step after it that is not known",
      (file) => sequence(file, file["normalizer"], { type: "NFKC" }),
    ],
    ["another pre-tokeniser", (file) => ({ ...file, pre_tokenizer: { type: "Whitespace" } })],
    ["no pre-tokeniser", (file) => ({ ...file, pre_tokenizer: null })],
    ["an added token of text", (file) => ({ ...file, added_tokens: [added({ special: false })] })],
    ["an added token of another id", (file) => ({ ...file, added_tokens: [added({ id: 5 })] })],
    [
      "another mark of continuation",
      (file) => withModel(file, { continuing_subword_prefix: "@@" }),
    ],
    ["a gap in its ids", (file) => withModel(file, { vocab: { ...vocabOf(file), b: 99 } })],
    ["an id twice", (file) => withModel(file, { vocab: { ...vocabOf(file), b: 5 } })],
    ["ids that are none", (file) => withModel(file, { vocab: { ...vocabOf(file), b: "8" } })],
    ["a vocabulary that is none", (file) => withModel(file, { vocab: null })],
    ["a piece of two lines", (file) => withModel(file, { vocab: { ...vocabOf(file), "a\nb": 8 } })],
    ["a broken surrogate", (file) => withModel(file, { vocab: { ...vocabOf(file), "\ud800": 8 } })],
    ["an unknown token that is no piece", (file) => withModel(file, { unk_token: "<none>" })],
    ["a list", () => []],
    ["null", () => null],
  ])("is refused with %s", async (_, change) => {
    await failureOf(readJson(change(json())));
  });

  test("is refused where it is not JSON", async () => {
    const path = await fileOf("tokenizer.json", "{");
    expect((await failureOf(readVocabFile(path, {}))).message).toContain("not JSON");
  });

  test.each<[string, object]>([
    ["bytes for what is unknown", { byte_fallback: true }],
    ["no unknown piece", { unk_id: null }],
    ["scores that are none", { vocab: [["a", "b"]] }],
  ])("of Unigram is refused with %s", async (_, changes) => {
    const file = JSON.parse(tokenizerJsonText(await readVocabFile(model, {}))) as Json;
    await failureOf(readJson(withModel(file, changes)));
  });

  function sequence(file: Json, ...normalizers: unknown[]): Json {
    return { ...file, normalizer: { type: "Sequence", normalizers } };
  }
  function withModel(file: Json, changes: object): Json {
    return { ...file, model: { ...file.model, ...changes } };
  }
  function vocabOf(file: Json): object {
    return file.model["vocab"] as object;
  }
});

describe("spiece.model", () => {
  test("has ALBERT's roles, and its options", async () => {
    const read = await readVocabFile(model, {});
    expect(read.roles).toEqual({ pad: 0, unk: 1, cls: 2, sep: 3, mask: 4 });
    expect(read.special).toEqual(new Set([0, 1, 2, 3, 4]));
    const kept = await readVocabFile(model, { lowercase: false });
    expect(JSON.stringify(kept)).not.toMatch(/StripAccents|Lowercase/);
    expect(JSON.stringify(read)).toMatch(/NFKD.*StripAccents.*Lowercase.*NFC/);
    const error = await failureOf(readVocabFile(model, { normalForm: "nfc" }));
    expect(error.message).toContain("normalForm");
  });

  test("comes back out of a tokenizer's folder as it was", async () => {
    const read = await readVocabFile(model, {});
    const folder = await tokenizerFolder(read);
    expect(await readFile(join(folder, "spiece.model"))).toEqual(await readFile(model));
    expect(await readTokenizer(folder)).toEqual(read);
  });

  test("cut anywhere or with any byte changed is read or refused, and nothing else", async () => {
    const whole = await readFile(model);
    const read = async (bytes: Uint8Array) =>
      readVocabFile(await fileOf("spiece.model", bytes), {});
    for (let at = 1; at < 400; at += 7) await settled(read(whole.subarray(0, whole.length - at)));
    for (let at = 0; at < 300; at++) {
      const changed = Uint8Array.from(whole);
      changed[at * 37] = (changed[at * 37]! * 7 + 13) % 256;
      await settled(read(changed));
    }
    for (const content of ["", "text", "\x00", "\xff".repeat(40)])
      await failureOf(read(Buffer.from(content)));
  });

  async function settled(work: Promise<unknown>): Promise<void> {
    await work.catch((error: unknown) => expect(error).toBeInstanceOf(TokenizerError));
  }
});

test.each([
  ["vocab", "without a suffix"],
  ["vocab.bin", ".bin"],
])("a file called %s is of no known kind", async (name, got) => {
  expect((await failureOf(readVocabFile(await fileOf(name, "a"), {}))).got).toContain(got);
});

test("a file that is not there, or is a folder, is told by name", async () => {
  const folder = await tempFolder();
  for (const path of [join(folder, "none.txt"), folder.concat("/.txt")])
    expect((await failureOf(readVocabFile(path, {}))).where).toBe(path);
});
