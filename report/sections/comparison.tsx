import { formatBytes, formatInteger, formatNumber, formatSeconds } from "../../lib/format.ts";
import type { Comparison } from "../collect/comparison.ts";
import { DataTable, Section } from "./parts.tsx";

type Variant = Comparison["rows"][number];

const COLUMNS = [
  { name: "variant" },
  { name: "runs", number: true },
  { name: "parameters", number: true },
  { name: "time" },
  { name: "estimated" },
  { name: "memory" },
  { name: "estimated memory" },
  { name: "masked LM", number: true },
  { name: "next sentence", number: true },
  { name: "sentence order", number: true },
  { name: "fine-tuned", number: true },
  { name: "lowest to highest" },
  { name: "paper", number: true },
  { name: "note", wrap: true },
];

/** Variants of an experiment side by side. */
export function Comparisons({ comparisons }: { readonly comparisons: readonly Comparison[] }) {
  if (comparisons.length === 0) return null;
  return (
    <Section
      id="comparison"
      title="Variants"
      lead={
        <>
          The same training in several ways, each measured on the same held-out pairs: how often a
          hidden piece is told right (masked LM), and how often a linear probe of the model tells
          whether two segments are of one document (next sentence) and in their order (sentence
          order); a coin would be right half of the time. Then the mean of the fine-tuned tasks, and
          what the paper's counterpart reached on its own tasks.
        </>
      }
    >
      {comparisons.map(({ node, rows }) => (
        <DataTable
          key={node}
          caption={`Variants, by ${node}`}
          columns={COLUMNS}
          rows={rows.map(cells)}
        />
      ))}
    </Section>
  );
}

function cells(row: Variant) {
  const range =
    row.finetuned_lowest === null || row.finetuned_highest === null
      ? null
      : `${formatNumber(row.finetuned_lowest)} to ${formatNumber(row.finetuned_highest)}`;
  return [
    row.variant,
    row.runs,
    formatInteger(row.parameters),
    formatSeconds(row.seconds),
    row.estimated_seconds === null ? null : formatSeconds(row.estimated_seconds),
    formatBytes(row.memory_bytes),
    row.estimated_memory_bytes === null ? null : formatBytes(row.estimated_memory_bytes),
    row.masked_lm_accuracy,
    row.next_sentence_accuracy,
    row.sentence_order_accuracy,
    row.finetuned,
    range,
    row.paper,
    row.note,
  ];
}
