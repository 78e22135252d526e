import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { openEncoder } from "../../lib/tokenizer/encoder.ts";
import { readVocabFile } from "../../lib/tokenizer/vocab-file.ts";
import { explained } from "../../stages/tokenizer-input.ts";
import { SPECIAL_PIECES, wordPieces } from "../rig/tokenizers.ts";

vi.mock("tokenizers", () => {
  throw new Error("Cannot find native binding");
});

test("without the package tokenizers a Unigram vocabulary is refused with what to do, WordPiece is not", async () => {
  const spiece = join(import.meta.dirname, "../gold/tiny.spiece.model");
  const unigram = await readVocabFile(spiece, {});
  await expect(explained(() => openEncoder(unigram))).rejects.toMatchObject({
    name: "PipelineError",
    message: expect.stringContaining("is needed"),
    details: { hint: expect.stringContaining("npm install") },
  });
  await openEncoder(wordPieces(SPECIAL_PIECES));
});
