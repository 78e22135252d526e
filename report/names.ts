/** What the numbers of a training curve are called in a report, with their units. */
const MEASURES: Readonly<Record<string, string>> = {
  masked_lm_loss: "Masked-LM loss, nats",
  masked_lm_accuracy: "Masked-LM accuracy",
  sentence_order_loss: "Sentence-order loss, nats",
  sentence_order_accuracy: "Sentence-order accuracy",
  learning_rate: "Learning rate",
  gradient_norm: "Gradient norm",
  tokens_per_second: "Tokens a second",
  loss: "Loss",
};

/** A column's name as a heading: its own words where it has no other. */
export function measureName(column: string): string {
  if (Object.hasOwn(MEASURES, column)) return MEASURES[column]!;
  const words = column.replaceAll("_", " ");
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}

/** A share as a percentage with one decimal. */
export function percent(share: number): string {
  return Number.isFinite(share) ? `${(share * 100).toFixed(1)} %` : "–";
}

/** `1 document`, `2,000 documents`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? one : many}`;
}
