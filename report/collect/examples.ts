import { table } from "../../engine/index.ts";
import type { TokenizerDefinition } from "../../lib/tokenizer/definition.ts";
import { tokenizerOf } from "../../stages/tokenizer-of.ts";
import { piecesOf, type ShownPiece } from "./pieces.ts";
import { outputsLike, type Read, type ReportSource, readTable, rowsIn } from "./source.ts";

const examples = table({
  document_key: "utf8",
  b_document_key: "utf8",
  split: "utf8",
  input_ids: "list<int32>",
  token_type_ids: "list<uint8>",
  word_starts: "list<uint8>",
  masked_lm_positions: "list<int32>",
  masked_lm_ids: "list<int32>",
  sentence_order_label: "int8",
});

/** What the model is trained on: counts over the examples, and some of them as a person reads them. */
export interface Examples {
  readonly node: string;
  readonly read: Read;
  /** Longest example in pieces, as the node's parameters say; undefined where they do not. */
  readonly maxLength: number | undefined;
  readonly splits: readonly SplitCounts[];
  /** How many examples have so many pieces. */
  readonly lengths: ReadonlyMap<number, number>;
  /** How many of the predicted pieces are fed as `[MASK]`, as themselves, or as another piece. */
  readonly fed: Fed | undefined;
  readonly samples: readonly Sample[];
}

export interface SplitCounts {
  readonly split: string;
  readonly examples: number;
  readonly pieces: number;
  readonly predicted: number;
  readonly ordered: number;
  readonly swapped: number;
}

export interface Fed {
  readonly mask: number;
  readonly kept: number;
  readonly replaced: number;
}

/** One example: its segments' pieces and what is asked of them. */
export interface Sample {
  readonly document: string;
  /** The document of the second segment, where it is another one. */
  readonly otherDocument: string | undefined;
  readonly split: string;
  /** 0 in order, 1 swapped or from another document, -1 where nothing is asked. */
  readonly order: number;
  readonly segments: readonly (readonly ShownPiece[])[];
}

const SAMPLES = 6;
/** Undefined where the pipeline has no table of examples that was made. */
export async function collectExamples(source: ReportSource): Promise<Examples | undefined> {
  const [found] = outputsLike(source, examples);
  if (found === undefined) return undefined;
  const tokenizer = await tokenizerOf(source.store, found.node, found.artifact);
  const splits = new Map<string, SplitCounts>();
  const lengths = new Map<number, number>();
  const fed = { mask: 0, kept: 0, replaced: 0 };
  const samples: Sample[] = [];
  const apart = rowsIn(found) / SAMPLES;
  let seen = 0;
  const read = await readTable(found, (view, rows) => {
    for (let row = 0; row < rows; row++, seen++) {
      const slice = (column: "input_ids" | "masked_lm_positions" | "masked_lm_ids") =>
        view[column].values.subarray(view[column].offsets[row]!, view[column].offsets[row + 1]!);
      const bytes = (column: "token_type_ids" | "word_starts") =>
        view[column].values.subarray(view[column].offsets[row]!, view[column].offsets[row + 1]!);
      const ids = slice("input_ids");
      const positions = slice("masked_lm_positions");
      const labels = slice("masked_lm_ids");
      const split = view.split.get(row);
      const order = view.sentence_order_label[row]!;
      splits.set(split, counted(splits.get(split), split, ids.length, positions.length, order));
      lengths.set(ids.length, (lengths.get(ids.length) ?? 0) + 1);
      if (tokenizer === undefined) continue;
      for (const [index, position] of positions.entries())
        fed[howFed(tokenizer, ids[position]!, labels[index]!)]++;
      // Spread over the table, and both orders in turn, so that a reader sees what is asked.
      const due = samples.length < SAMPLES && seen >= samples.length * apart;
      if (!due || (samples.at(-1)?.order === order && seen < (samples.length + 1) * apart - 1))
        continue;
      const pieces = piecesOf(tokenizer, { ids, positions, labels, starts: bytes("word_starts") });
      const types = bytes("token_type_ids");
      const [document, second] = [view.document_key.get(row), view.b_document_key.get(row)];
      samples.push({
        document,
        otherDocument: second === document ? undefined : second,
        split,
        order,
        segments: [0, 1].map((type) => pieces.filter((_, index) => types[index] === type)),
      });
    }
  });
  return {
    node: found.node.id,
    read,
    maxLength: maxLengthOf(found.node.params),
    splits: [...splits.values()],
    lengths,
    fed: tokenizer === undefined ? undefined : fed,
    samples,
  };
}

function counted(
  before: SplitCounts | undefined,
  split: string,
  pieces: number,
  predicted: number,
  order: number,
): SplitCounts {
  return {
    split,
    examples: (before?.examples ?? 0) + 1,
    pieces: (before?.pieces ?? 0) + pieces,
    predicted: (before?.predicted ?? 0) + predicted,
    ordered: (before?.ordered ?? 0) + (order === 0 ? 1 : 0),
    swapped: (before?.swapped ?? 0) + (order === 1 ? 1 : 0),
  };
}

/** How a predicted piece is fed to the model. */
export function howFed(tokenizer: TokenizerDefinition, fed: number, wanted: number): keyof Fed {
  if (fed === tokenizer.roles.mask) return "mask";
  return fed === wanted ? "kept" : "replaced";
}

function maxLengthOf(params: unknown): number | undefined {
  const length = (params as { readonly maxSeqLength?: unknown } | null)?.maxSeqLength;
  return typeof length === "number" ? length : undefined;
}
