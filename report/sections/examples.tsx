import { formatInteger, formatNumber } from "../../lib/format.ts";
import { histogram } from "../charts/histogram.ts";
import type { AuditRow } from "../collect/audit.ts";
import type { Examples, Sample } from "../collect/examples.ts";
import type { ShownPiece } from "../collect/pieces.ts";
import { percent } from "../names.ts";
import { Audit } from "./audit.tsx";
import { DataTable, Figure, Section } from "./parts.tsx";

/** What the model is asked in pretraining, counted and shown. */
export function ExamplesSection(props: {
  readonly examples: Examples;
  readonly audit: readonly AuditRow[];
}) {
  const { examples, audit } = props;
  const { splits, lengths, fed, samples, maxLength, read } = examples;
  const asked = fed === undefined ? 0 : fed.mask + fed.kept + fed.replaced;
  return (
    <Section
      id="examples"
      title="Examples"
      lead={
        <>
          What the model learns from. Each example is two stretches of one document, A and B, half
          of the time swapped: the model says whether they are in order. Some words are hidden, and
          the model says which they were.
          {read.rows < read.allRows
            ? ` These numbers are of ${formatInteger(read.rows)} of ${formatInteger(read.allRows)} examples.`
            : ""}
        </>
      }
    >
      <DataTable
        caption="Examples by split"
        columns={[
          { name: "split" },
          { name: "examples", number: true },
          { name: "pieces", number: true },
          { name: "mean length", number: true },
          { name: "full", number: true },
          { name: "predicted", number: true },
          { name: "swapped", number: true },
        ]}
        rows={splits.map((split) => {
          const length = split.pieces / split.examples;
          const pairs = split.ordered + split.swapped;
          return [
            split.split,
            split.examples,
            split.pieces,
            formatNumber(length),
            maxLength === undefined ? null : percent(length / maxLength),
            percent(split.predicted / split.pieces),
            pairs === 0 ? null : percent(split.swapped / pairs),
          ];
        })}
      />
      <Figure
        drawing={histogram("How many examples have how many pieces", lengths, {
          x: "pieces in an example",
          y: "examples",
        })}
        caption={
          maxLength === undefined
            ? "Length of examples."
            : `Length of examples, at most ${maxLength} pieces.`
        }
      />
      {fed === undefined || asked === 0 ? null : (
        <p>
          Of the pieces to be predicted, {percent(fed.mask / asked)} are hidden,{" "}
          {percent(fed.kept / asked)} are left as they are and {percent(fed.replaced / asked)} are
          replaced by another piece.
        </p>
      )}
      <Audit rows={audit} />
      {samples.length === 0 ? null : (
        <>
          <h3>Some of them</h3>
          <p>
            <mark>A marked word</mark> is to be predicted; what is fed in its place stands behind
            it, where it is not simply hidden.
          </p>
          {samples.map((sample, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: drawn once.
            <SampleCard key={index} {...sample} />
          ))}
        </>
      )}
    </Section>
  );
}

const ORDERS: Readonly<Record<number, string>> = {
  0: "in order: A came first",
  1: "swapped: B came first",
  [-1]: "order not asked",
};

function SampleCard({ document, otherDocument, split, order, segments }: Sample) {
  const asked = ORDERS[order] ?? String(order);
  return (
    <article className="sample">
      <header>
        <b>{document}</b> · {split === "train" ? "for training" : split} ·{" "}
        {otherDocument === undefined ? asked : `B is from another document: ${otherDocument}`}
      </header>
      {segments.map((pieces, index) =>
        pieces.length === 0 ? null : (
          <p key={index === 0 ? "A" : "B"}>
            <span className="segment">{index === 0 ? "A" : "B"}</span>
            <bdi>{pieces.filter(({ special }) => !special).map(piece)}</bdi>
          </p>
        ),
      )}
    </article>
  );
}

function piece({ text, apart, fed }: ShownPiece, index: number) {
  const before = apart && index > 0 ? " " : "";
  if (fed === undefined) return `${before}${text}`;
  const note =
    fed === "[MASK]" ? null : <small> {fed === text ? "left as it is" : `fed as ${fed}`}</small>;
  return (
    <span key={index}>
      {before}
      <mark className={apart ? undefined : "on"}>
        {text}
        {note}
      </mark>
    </span>
  );
}
