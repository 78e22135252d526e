import { add, mul, reshape, sub, type Tensor, transpose } from "@tensorflow/tfjs-core";
import type { Tensors } from "../backend/backend.ts";
import { type BatchShape, linear } from "./encoder.ts";

/** Reading comprehension: the right one of so many rows that follow one another, or where in a row a span lies. */
export type ReadingTask =
  | { readonly kind: "choice"; readonly options: number }
  | { readonly kind: "span" };

/** How many labels a batch has: one a row, one for all of a choice's rows, or of spans all beginnings, then all ends. */
export function labelsOf(
  task: ReadingTask | { readonly kind: "classes" | "regression" },
  { batchSize }: BatchShape,
): number {
  if (task.kind === "span") return 2 * batchSize;
  return task.kind === "choice" ? batchSize / task.options : batchSize;
}

/** Logits [2 B, T] of each position: of a span's beginning in every row, then of its end; low where rows are padded. */
export function spanLogits(parameters: Tensors, hidden: Tensor, mask: Tensor): Tensor {
  const [B, T] = mask.shape as [number, number];
  const both = reshape(linear(hidden, parameters, "qa_outputs"), [B, T, 2]);
  const bias = mul(sub(1, mask), -10_000); // [B, T]
  return reshape(add(transpose(both, [2, 0, 1]), bias), [2 * B, T]);
}
