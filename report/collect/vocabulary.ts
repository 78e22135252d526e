import { type Row, rowTable, table } from "../../engine/index.ts";
import { outputsLike, type ReportSource, readTable, rowsOf } from "./source.ts";

const vocab = table({ id: "int32", piece: "utf8", kind: "utf8" });
const sentences = table({ document_key: "utf8", input_ids: "list<int32>", sentence: "int32" });
const coverage = rowTable({
  scope: "utf8",
  name: "utf8",
  words: "float64",
  pieces: "float64",
  pieces_per_word: "float64",
  unknown_words: "float64",
  continuation_pieces: "float64",
  characters: "float64",
  uncovered_characters: "float64",
});
const percentiles = rowTable({
  unit: "utf8",
  language: "utf8",
  count: "float64",
  p5: "int32",
  p50: "int32",
  p95: "int32",
  p99: "int32",
  max: "int32",
});
const unknownWords = rowTable({ word: "utf8", count: "float64", share: "float64" });
const uncoveredCharacters = rowTable({
  character: "utf8",
  code_point: "utf8",
  count: "float64",
  share: "float64",
});

/** The pieces that text is cut into, and what that does to the text. */
export interface Vocabulary {
  /** Pieces of each kind, in the order in which the kinds first stand. */
  readonly kinds: readonly (readonly [kind: string, pieces: number])[];
  /** Of the pieces that were merged last, and so are the longest or rarest. */
  readonly last: readonly string[];
  /** How many sentences have so many pieces. */
  readonly sentenceLengths: ReadonlyMap<number, number>;
  readonly coverage: readonly Row<(typeof coverage)["columns"]>[];
  readonly percentiles: readonly Row<(typeof percentiles)["columns"]>[];
  readonly unknownWords: readonly Row<(typeof unknownWords)["columns"]>[];
  readonly uncoveredCharacters: readonly Row<(typeof uncoveredCharacters)["columns"]>[];
}

/** Of rare words and characters the most frequent are shown. */
const SHOWN = 20;

/** Undefined where the pipeline has neither a vocabulary nor tokenised sentences that were made. */
export async function collectVocabulary(source: ReportSource): Promise<Vocabulary | undefined> {
  const [pieces] = outputsLike(source, vocab);
  const [tokenised] = outputsLike(source, sentences);
  if (pieces === undefined && tokenised === undefined) return undefined;
  const kinds = new Map<string, number>();
  const last: string[] = [];
  if (pieces !== undefined)
    await readTable(pieces, (view, rows) => {
      for (let row = 0; row < rows; row++) {
        const kind = view.kind.get(row);
        kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
        last.push(view.piece.get(row));
        if (last.length > SHOWN) last.shift();
      }
    });
  const sentenceLengths = new Map<number, number>();
  if (tokenised !== undefined)
    await readTable(tokenised, ({ input_ids: { offsets } }, rows) => {
      for (let row = 0; row < rows; row++) {
        const length = offsets[row + 1]! - offsets[row]!;
        sentenceLengths.set(length, (sentenceLengths.get(length) ?? 0) + 1);
      }
    });
  const [covered] = outputsLike(source, coverage);
  const [ranked] = outputsLike(source, percentiles);
  const [words] = outputsLike(source, unknownWords);
  const [characters] = outputsLike(source, uncoveredCharacters);
  return {
    kinds: [...kinds],
    last,
    sentenceLengths,
    coverage: covered === undefined ? [] : await rowsOf(covered),
    percentiles: ranked === undefined ? [] : await rowsOf(ranked),
    unknownWords: words === undefined ? [] : (await rowsOf(words)).slice(0, SHOWN),
    uncoveredCharacters: characters === undefined ? [] : (await rowsOf(characters)).slice(0, SHOWN),
  };
}
