import { formatInteger, formatNumber } from "../../lib/format.ts";
import { histogram } from "../charts/histogram.ts";
import type { Vocabulary } from "../collect/vocabulary.ts";
import { percent } from "../names.ts";
import { DataTable, Figure, Section } from "./parts.tsx";

/** The pieces that words are cut into and how well they fit the text. */
export function VocabularySection({ vocabulary }: { readonly vocabulary: Vocabulary }) {
  const { kinds, last, sentenceLengths } = vocabulary;
  const total = kinds.reduce((sum, [, count]) => sum + count, 0);
  return (
    <Section
      id="vocabulary"
      title="Vocabulary"
      lead={
        <>
          The model reads pieces of words. Frequent words are a piece by themselves, rare ones are
          cut into several: the fewer pieces a word takes, the more text fits into the model at
          once.
        </>
      }
    >
      {total === 0 ? null : (
        <p>
          {formatInteger(total)} pieces:{" "}
          {kinds.map(([kind, count]) => `${formatInteger(count)} ${kind}`).join(", ")}. The last of
          them:{" "}
          {last.map((piece, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: drawn once.
            <span key={index}>
              <code>{piece}</code>{" "}
            </span>
          ))}
        </p>
      )}
      {sentenceLengths.size === 0 ? null : (
        <Figure
          drawing={histogram("How many sentences have how many pieces", sentenceLengths, {
            x: "pieces in a sentence",
            y: "sentences",
          })}
          caption="Length of sentences. The longest half per cent stand in the last bar."
        />
      )}
      <Coverage {...vocabulary} />
    </Section>
  );
}

function Coverage({ coverage, percentiles, unknownWords, uncoveredCharacters }: Vocabulary) {
  return (
    <>
      {coverage.length === 0 ? null : (
        <DataTable
          caption="What the vocabulary does to the text"
          columns={[
            { name: "text" },
            { name: "words", number: true },
            { name: "pieces a word", number: true },
            { name: "words cut short by an unknown piece", number: true },
            { name: "pieces within a word", number: true },
            { name: "characters in no piece", number: true },
          ]}
          rows={coverage.map((row) => [
            row.scope === "all" ? "all" : `${row.scope} ${row.name}`,
            formatInteger(row.words),
            formatNumber(row.pieces_per_word),
            percent(row.unknown_words),
            percent(row.continuation_pieces),
            percent(row.uncovered_characters),
          ])}
        />
      )}
      {percentiles.length === 0 ? null : (
        <DataTable
          caption="Length in pieces: so many per cent are no longer"
          columns={[
            { name: "unit" },
            { name: "language" },
            { name: "count", number: true },
            ...["5 %", "50 %", "95 %", "99 %", "longest"].map((name) => ({ name, number: true })),
          ]}
          rows={percentiles.map((row) => [
            row.unit,
            row.language,
            row.count,
            row.p5,
            row.p50,
            row.p95,
            row.p99,
            row.max,
          ])}
        />
      )}
      {unknownWords.length === 0 ? null : (
        <DataTable
          caption="Most frequent words with an unknown piece"
          columns={[
            { name: "word" },
            { name: "count", number: true },
            { name: "of all words", number: true },
          ]}
          rows={unknownWords.map(({ word, count, share }) => [word, count, percent(share)])}
        />
      )}
      {uncoveredCharacters.length === 0 ? null : (
        <DataTable
          caption="Most frequent characters that no piece holds"
          columns={[
            { name: "character" },
            { name: "code point", code: true },
            { name: "count", number: true },
          ]}
          rows={uncoveredCharacters.map((row) => [row.character, row.code_point, row.count])}
        />
      )}
    </>
  );
}
