import {
  type Inputs,
  makeBatch,
  PipelineError,
  type StageContext,
  viewBatch,
} from "../../engine/index.ts";
import { writeTokenizer } from "../../lib/tokenizer/files.ts";
import { findRoles } from "../../lib/tokenizer/roles.ts";
import type { NormaliserOptions } from "../../lib/wordpiece/normaliser.ts";
import { type TrainedVocab, trainWordPiece } from "../../lib/wordpiece/trainer.ts";
import { WordCounts } from "../../lib/wordpiece/word-counts.ts";
import type { VocabParams } from "./params.ts";
import { type normaliser, type tokenizer, vocab, type words } from "./tables.ts";

type VocabInputs = Inputs<{ words: typeof words; normaliser: typeof normaliser }>;

/** Adds up every partition's counts and trains on them. */
export async function* trainOnWords(
  inputs: VocabInputs,
  context: StageContext<VocabParams, { vocab: typeof vocab; tokenizer: typeof tokenizer }>,
) {
  const { node, params, signal } = context;
  const counts = new WordCounts();
  for await (const batch of inputs.words.batches()) {
    const { word, count } = viewBatch(inputs.words, batch);
    for (let row = 0; row < batch.numRows; row++)
      counts.addWord(word.bytes, word.offsets[row]!, word.offsets[row + 1]!, Number(count[row]));
    signal.throwIfAborted();
  }
  if (counts.words.size === 0)
    throw new PipelineError("there is no word to train a vocabulary on", {
      where: node,
      expected: "text in the training split",
      got: "none",
      hint: "add documents, or hold fewer of them out",
    });

  const trained = trainWordPiece(counts, params);
  checkSize(node, params, trained);
  const { alphabet, merges } = trained;
  const piece = [...params.specialTokens, ...alphabet, ...merges];
  await writeTokenizer(context.folder("tokenizer"), {
    kind: "wordpiece",
    pieces: piece,
    roles: findRoles(piece, {}, `${node}.specialTokens`),
    special: new Set(params.specialTokens.keys()),
    normaliser: await readNormaliser(inputs),
  });
  yield {
    vocab: makeBatch(vocab, {
      id: Int32Array.from(piece.keys()),
      piece,
      kind: [
        ...params.specialTokens.map(() => "special"),
        ...alphabet.map(() => "alphabet"),
        ...merges.map(() => "merge"),
      ],
    }),
  };
}

/** How the words were normalised; every partition says the same. */
async function readNormaliser({ normaliser }: VocabInputs): Promise<NormaliserOptions> {
  for await (const batch of normaliser.batches()) {
    const view = viewBatch(normaliser, batch);
    return {
      lowercase: view.lowercase[0] === 1,
      stripAccents: view.strip_accents[0] === 1,
      handleChineseChars: view.handle_chinese_chars[0] === 1,
      cleanText: view.clean_text[0] === 1,
      normalForm: view.normal_form.get(0) as NormaliserOptions["normalForm"],
      maxInputCharsPerWord: view.max_input_chars_per_word[0]!,
    };
  }
  throw new RangeError("words without a word on how they were normalised");
}

function checkSize(node: string, params: VocabParams, { alphabet, merges }: TrainedVocab): void {
  const where = `${node}.size`;
  const least = params.specialTokens.length + alphabet.length;
  const got = `${params.size} pieces`;
  if (params.size < least)
    throw new PipelineError(`a vocabulary of ${got} has no room for the alphabet`, {
      where,
      expected: `at least ${least} pieces: ${params.specialTokens.length} special tokens and an alphabet of ${alphabet.length}`,
      got,
      hint: `set size to ${least} or more, or alphabetLimit lower than ${params.alphabetLimit}`,
    });
  const most = least + merges.length;
  if (params.size > most)
    throw new PipelineError(`the corpus supports no vocabulary of ${got}`, {
      where,
      expected: `at most ${most} pieces, from pairs that occur ${params.minFrequency} times or more`,
      got,
      hint: `set size to ${most} or less${params.minFrequency > 1 ? ", lower minFrequency" : ""}, or add text`,
    });
}
