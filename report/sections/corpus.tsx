import { formatBytes, formatInteger } from "../../lib/format.ts";
import { histogram } from "../charts/histogram.ts";
import type { Corpus, Duplicates, Rejected } from "../collect/corpus.ts";
import { counted, percent } from "../names.ts";
import { DataTable, Figure, Section } from "./parts.tsx";

const SOURCES = 10;

/** Which text was read and used, and what was left out of it. */
export function CorpusSection({ corpus }: { readonly corpus: Corpus }) {
  const { groups, funnel, sources, read } = corpus;
  const lengths = new Map<number, number>();
  for (const length of corpus.documentLengths) lengths.set(length, (lengths.get(length) ?? 0) + 1);
  return (
    <Section
      id="corpus"
      title="Corpus"
      lead={
        <>
          The text that everything is learnt from. Held-out documents are kept aside: the vocabulary
          and the model never see them in training, so that they can tell what was learnt.
          {read.rows < read.allRows
            ? ` The corpus is large: these numbers are of ${formatInteger(read.rows)} of its ${formatInteger(read.allRows)} documents.`
            : ""}
        </>
      }
    >
      <p>
        {funnel
          .map(({ node, documents }) => `${node}: ${counted(documents, "document")}`)
          .join(" → ")}
      </p>
      <DataTable
        caption="Text by language and split"
        columns={[
          { name: "language" },
          { name: "split" },
          { name: "documents", number: true },
          { name: "sentences", number: true },
          { name: "text", number: true },
        ]}
        rows={groups.map((group) => [
          group.language,
          group.split,
          group.documents,
          group.sentences,
          formatBytes(group.bytes),
        ])}
      />
      <Figure
        drawing={histogram("How many documents have how many sentences", lengths, {
          x: "sentences in a document",
          y: "documents",
        })}
        caption="Length of documents. The longest half per cent stand in the last bar."
      />
      <DataTable
        caption={
          sources.length > SOURCES
            ? `The ${SOURCES} largest of ${counted(sources.length, "file")}`
            : "Files"
        }
        columns={[
          { name: "file" },
          { name: "documents", number: true },
          { name: "text", number: true },
        ]}
        rows={sources
          .slice(0, SOURCES)
          .map(({ source, documents, bytes }) => [source, documents, formatBytes(bytes)])}
      />
      {corpus.duplicates === undefined ? null : <DuplicatesTable {...corpus.duplicates} />}
      {corpus.rejected === undefined ? null : <RejectedTable {...corpus.rejected} />}
    </Section>
  );
}

function DuplicatesTable({ count, kinds, samples }: Duplicates) {
  if (count === 0) return <p>No document is a duplicate of another.</p>;
  const what = kinds.map(([kind, each]) => `${formatInteger(each)} ${kind}`).join(", ");
  return (
    <DataTable
      caption={`${counted(count, "duplicate")} left out (${what})`}
      columns={[
        { name: "left out" },
        { name: "kept in its place" },
        { name: "kind" },
        { name: "alike", number: true },
      ]}
      rows={samples.map(({ document, kept, kind, similarity }) => [
        document,
        kept,
        kind,
        percent(similarity),
      ])}
    />
  );
}

function RejectedTable({ count, reasons, samples }: Rejected) {
  if (count === 0) return <p>No record was rejected.</p>;
  const what = reasons.map(([reason, each]) => `${formatInteger(each)} ${reason}`).join(", ");
  return (
    <DataTable
      caption={`${counted(count, "record")} rejected (${what})`}
      columns={[
        { name: "file" },
        { name: "line", number: true },
        { name: "reason", wrap: true },
        { name: "begins", wrap: true },
      ]}
      rows={samples.map(({ source, line, reason, excerpt }) => [source, line, reason, excerpt])}
    />
  );
}
