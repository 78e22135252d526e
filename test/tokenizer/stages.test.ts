import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { definePipeline, inputSource, openInputs, viewBatch } from "../../engine/index.ts";
import { readTokenizer } from "../../lib/tokenizer/files.ts";
import { bertFormat, ingest } from "../../stages/ingest/index.ts";
import { sopPairs } from "../../stages/sop-pairs/index.ts";
import { tokenize, vocabFile } from "../../stages/tokenize/index.ts";
import { sentences, vocab } from "../../stages/tokenize/tables.ts";
import { digests, Rig } from "../rig/rig.ts";
import { SPECIAL_PIECES } from "../rig/tokenizers.ts";

const spiece = join(import.meta.dirname, "../gold/tiny.spiece.model");
const LINES = [
  "The committee met on Monday.",
  "Nobody could say where the money had gone, 1,250 people (of 3,800) signed.",
  "나라의 말이 중국과 달라 한자와는 서로 통하지 아니하므로",
  "1994년 12월 3일, 서울에서 2,500명이 모였다(경찰 추산 1,800명).",
];

/** Two documents of some sentences, tokenised with the vocabulary in a file. */
async function tokenized(rig: Rig, file: string, options: object = {}) {
  const text = [...LINES, "", ...LINES.toReversed(), ""].join("\n");
  await rig.file("text.txt", text);
  const sources = [bertFormat({ cwd: rig.folder, files: "text.txt" })];
  const { documents } = ingest({}, { sources, heldout: { share: 0 } });
  const made = vocabFile({}, { file, ...options });
  const { tokenizer } = made;
  const rows = tokenize({ documents, tokenizer });
  const { examples } = sopPairs({ sentences: rows.sentences, tokenizer }, { maxSeqLength: 32 });
  const outputs = { examples, vocab: made.vocab };
  return rig.run(definePipeline({ name: "test", seed: 1, outputs }));
}

describe("vocabFile", () => {
  test("hands a SentencePiece model on, by which sentences and examples are made", async () => {
    const rig = await Rig.create();
    const ran = await tokenized(rig, spiece, { stripAccents: false });
    const artifact = ran.artifacts.get("vocab-file")!;
    const definition = await readTokenizer(join(artifact.folder, "tokenizer"));
    expect(definition).toMatchObject({ kind: "unigram", roles: { pad: 0, unk: 1, mask: 4 } });

    const opened = await openInputs<{ sentences: typeof sentences; vocab: typeof vocab }>({
      sentences: inputSource(ran.artifacts.get("tokenize")!, "sentences", sentences),
      vocab: inputSource(artifact, "vocab", vocab),
    });
    let rows = 0;
    for await (const batch of opened.sentences.batches()) {
      const { input_ids, word_starts } = viewBatch(sentences, batch);
      for (let row = 0; row < batch.numRows; row++, rows++) {
        const [from, to] = [input_ids.offsets[row]!, input_ids.offsets[row + 1]!];
        const pieces = Array.from(
          input_ids.values.subarray(from, to),
          (id) => definition.pieces[id],
        );
        const starts = word_starts.values.subarray(from, to);
        // Every piece that begins with the mark of a blank begins a word, an eojeol too.
        for (const [index, piece] of pieces.entries())
          if (piece!.startsWith("▁")) expect(starts[index]).toBe(1);
        expect(starts.reduce((sum, one) => sum + one, 0)).toBeGreaterThan(4);
      }
    }
    expect(rows).toBe(2 * LINES.length);
    for await (const batch of opened.vocab.batches()) {
      const { piece, kind } = viewBatch(vocab, batch);
      expect(Array.from({ length: 6 }, (_, row) => kind.get(row))).toEqual([
        ...Array(5).fill("special"),
        "piece",
      ]);
      expect(piece.get(4)).toBe("[MASK]");
    }
    const again = await tokenized(rig, spiece, { stripAccents: false });
    expect(again.ran).toEqual([]);
  });

  test("runs again where its file changes, and nothing after it where the pieces mean the same", async () => {
    const rig = await Rig.create();
    const text = [...SPECIAL_PIECES, "the", "##y", "m", "##o", ",", ""].join("\n");
    const file = await rig.file("vocab.txt", text);
    const first = await tokenized(rig, file);
    await writeFile(file, text.replaceAll("\n", "\r\n"));
    const second = await tokenized(rig, file);
    expect(second.ran).toEqual(["vocab-file"]);
    expect(digests(second.artifacts)).toEqual(digests(first.artifacts));
    await writeFile(file, text.replace("m\n", "p\n"));
    expect((await tokenized(rig, file)).ran).toEqual(["vocab-file", "tokenize", "sop-pairs"]);
  });

  test("says what is wrong with a file, as an expected failure", async () => {
    const rig = await Rig.create();
    const file = await rig.file("vocab.txt", [...SPECIAL_PIECES, "a", "a"].join("\n"));
    const { failures } = await tokenized(rig, file);
    const stopped = failures.find(({ node }) => node === "vocab-file")!;
    expect(stopped.error.message).toBe("a vocabulary holds a piece twice");
    expect(stopped.error.where).toContain("line 7");
    expect(stopped.error.stack).toBeUndefined();
  });
});
