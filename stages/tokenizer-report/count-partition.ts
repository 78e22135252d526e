import { type Inputs, makeBatch, type StageContext, viewBatch } from "../../engine/index.ts";
import type { documents } from "../ingest/tables.ts";
import type { tokenizer } from "../tokenize/tables.ts";
import { openTokenizerInput } from "../tokenizer-input.ts";
import { ChunkReader, type WordReading } from "./chunk-reader.ts";
import { counts, lengths, misses } from "./tables.ts";
import { TextCounts } from "./text-counts.ts";

/** Chunks that are tokenised at once. */
const GROUP = 256;

/** The columns of `counts` that are summed. */
const MEASURES = [
  "words",
  "pieces",
  "unknown_words",
  "continuation_pieces",
  "characters",
  "uncovered_characters",
] as const;
type Measures = Record<(typeof MEASURES)[number], number>;

/** Counts one partition: what becomes of each word, and how long sentences and documents are. */
export async function* countPieces(
  inputs: Inputs<{ documents: typeof documents; tokenizer: typeof tokenizer }>,
  context: Pick<StageContext<unknown>, "progress" | "signal">,
) {
  const { definition, encoder } = await openTokenizerInput(inputs.tokenizer);
  const reader = new ChunkReader(definition, encoder);
  const texts = await readTexts(inputs, context);
  const rows = new Map<string, Measures & { language: string; script: string }>();
  const missed = { word: new Map<string, number>(), character: new Map<string, number>() };
  const sizes: { language: string; unit: string; pieces: number; count: number }[] = [];
  for (const [language, text] of texts) {
    const chunks = text.texts();
    const frequencies = text.frequencies();
    const pieces = new Int32Array(chunks.length);
    for (let from = 0; from < chunks.length; from += GROUP) {
      context.signal.throwIfAborted();
      const group = chunks.slice(from, from + GROUP);
      const readings = await reader.read(group);
      for (const [index, words] of readings.entries())
        for (const word of words) {
          pieces[from + index]! += word.pieces;
          add(language, word, frequencies[from + index]!);
        }
    }
    for (const unit of ["sentence", "document"] as const)
      for (const [length, count] of text.lengths(unit, pieces))
        sizes.push({ language, unit, pieces: length, count });
  }
  yield* batches();

  function add(language: string, reading: WordReading, times: number): void {
    const { word, script, unknown, uncovered } = reading;
    const key = `${language} ${script}`;
    let row = rows.get(key);
    if (row === undefined) {
      const zero = Object.fromEntries(MEASURES.map((name) => [name, 0])) as Measures;
      row = { language, script, ...zero };
      rows.set(key, row);
    }
    row.words += times;
    row.pieces += times * reading.pieces;
    row.unknown_words += unknown ? times : 0;
    row.continuation_pieces += times * (reading.pieces - 1);
    row.characters += times * reading.characters;
    row.uncovered_characters += times * uncovered.length;
    if (unknown) missed.word.set(word, (missed.word.get(word) ?? 0) + times);
    for (const character of uncovered)
      missed.character.set(character, (missed.character.get(character) ?? 0) + times);
  }

  function* batches() {
    const sorted = [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
    const big = (values: readonly number[]) => BigInt64Array.from(values, BigInt);
    const measures = Object.fromEntries(
      MEASURES.map((name) => [name, big(sorted.map((row) => row[name]))]),
    ) as Record<(typeof MEASURES)[number], BigInt64Array>;
    if (sorted.length > 0)
      yield {
        counts: makeBatch(counts, {
          language: sorted.map(({ language }) => language),
          script: sorted.map(({ script }) => script),
          ...measures,
        }),
      };
    sizes.sort(
      (a, b) => order(a.language, b.language) || order(a.unit, b.unit) || a.pieces - b.pieces,
    );
    if (sizes.length > 0)
      yield {
        lengths: makeBatch(lengths, {
          language: sizes.map(({ language }) => language),
          unit: sizes.map(({ unit }) => unit),
          pieces: sizes.map(({ pieces }) => pieces),
          count: big(sizes.map(({ count }) => count)),
        }),
      };
    const all = Object.entries(missed).flatMap(([kind, found]) =>
      [...found].map(([text, count]) => ({ kind, text, count })),
    );
    all.sort((a, b) => order(a.kind, b.kind) || order(a.text, b.text));
    if (all.length > 0)
      yield {
        misses: makeBatch(misses, {
          kind: all.map(({ kind }) => kind),
          text: all.map(({ text }) => text),
          count: big(all.map(({ count }) => count)),
        }),
      };
  }
}

/** By code unit, so that the same text gives the same bytes in any order. */
function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

async function readTexts(
  inputs: Inputs<{ documents: typeof documents }>,
  context: Pick<StageContext<unknown>, "progress" | "signal">,
): Promise<ReadonlyMap<string, TextCounts>> {
  const texts = new Map<string, TextCounts>();
  let done = 0;
  for await (const batch of inputs.documents.batches(["language", "sentences"])) {
    const { language, sentences } = viewBatch(inputs.documents, batch);
    const { offsets, bytes } = sentences.values;
    for (let row = 0; row < batch.numRows; row++) {
      const name = language.get(row);
      const text = texts.get(name) ?? new TextCounts();
      texts.set(name, text);
      for (let at = sentences.offsets[row]!; at < sentences.offsets[row + 1]!; at++)
        text.addSentence(bytes, offsets[at]!, offsets[at + 1]!);
      text.endDocument();
    }
    done += batch.numRows;
    context.progress(done, inputs.documents.rows, "documents");
    context.signal.throwIfAborted();
  }
  return texts;
}
