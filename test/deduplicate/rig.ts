import { readFile } from "node:fs/promises";
import { z } from "zod";
import {
  type Batch,
  type Columns,
  defineStage,
  type InputTable,
  makeBatch,
  type Outputs,
  type StageContext,
  type Table,
  utf8Data,
  viewBatch,
} from "../../engine/index.ts";
import { findDuplicates, signDocuments } from "../../stages/deduplicate/index.ts";
import { documents } from "../../stages/ingest/tables.ts";

/** A document of a test: each line is a sentence. */
export interface Document {
  readonly key: string;
  readonly text: string;
  readonly source?: string;
}

/** Documents as a batch. */
export function batchOf(given: readonly Document[]): Batch<typeof documents.columns> {
  const sentences = given.map(({ text }) => (text === "" ? [] : text.split("\n")));
  const offsets = new Int32Array(given.length + 1);
  for (const [row, own] of sentences.entries()) offsets[row + 1] = offsets[row]! + own.length;
  const one = Int32Array.from(offsets.keys());
  return makeBatch(documents, {
    document_key: given.map(({ key }) => key),
    source: given.map(({ source = "test" }) => source),
    title: given.map(() => ""),
    language: given.map(() => "und"),
    split: given.map(() => "train"),
    repeats: given.map(() => 1),
    sentences: { offsets, values: utf8Data(sentences.flat()) },
    paragraph_starts: { offsets: one, values: new Int32Array(given.length) },
  });
}

/** A stage that reads files of one JSON document a line. */
export const readDocuments = defineStage({
  name: "read-documents",
  module: import.meta.url,
  inputs: {},
  outputs: { documents },
  params: z.object({ files: z.array(z.object({ path: z.string(), name: z.string() })) }),
  files: async ({ files }) => files,
  async *run(_inputs, context) {
    for (const { path, name } of context.files) {
      const lines = (await readFile(path, "utf8")).split("\n").filter((line) => line !== "");
      const given = lines.map((line): Document => ({ source: name, ...JSON.parse(line) }));
      if (given.length > 0) yield { documents: batchOf(given) };
    }
  },
});

export function inputOf<C extends Columns>(
  table: Table<C>,
  batches: readonly Batch<C>[],
): InputTable<C> {
  return {
    columns: table.columns,
    rows: batches.reduce((rows, batch) => rows + batch.numRows, 0),
    parts: [],
    async *batches() {
      yield* batches;
    },
  };
}

export function contextOf<P, O extends Outputs>(
  params: P,
  logs: string[] = [],
): StageContext<P, O> {
  return {
    node: "node",
    params,
    get seed(): number {
      throw new Error("nothing here draws random numbers");
    },
    threads: 1,
    signal: new AbortController().signal,
    files: [],
    folder: () => "",
    progress: () => {},
    metric: () => {},
    log: (_, message) => logs.push(message),
  };
}

/** A row of the duplicates table. */
export interface Duplicate {
  readonly key: string;
  readonly kept: string;
  readonly kind: string;
  readonly similarity: number;
  readonly size: number;
}

type Params = z.input<typeof signDocuments.spec.params> &
  z.input<typeof findDuplicates.spec.params>;

/** What both stages make of documents that come in these batches, in this thread. */
export async function duplicatesAmong(
  batches: readonly (readonly Document[])[],
  { near, threshold, ...params }: Params = {},
  logs: string[] = [],
): Promise<Duplicate[]> {
  const input = inputOf(documents, batches.map(batchOf));
  const signed: Batch<(typeof signDocuments.spec.outputs.signatures)["columns"]>[] = [];
  for await (const { signatures } of signDocuments.spec.run(
    { documents: input },
    contextOf(signDocuments.spec.params.parse(params)),
  ))
    signed.push(signatures!);
  const { spec } = findDuplicates;
  const found: Duplicate[] = [];
  for await (const { duplicates } of spec.run(
    { signatures: inputOf(signDocuments.spec.outputs.signatures, signed) },
    contextOf(spec.params.parse({ near, threshold }), logs),
  )) {
    const view = viewBatch(spec.outputs.duplicates, duplicates!);
    for (let row = 0; row < view.kind.length; row++)
      found.push({
        key: view.document_key.get(row),
        kept: view.kept_key.get(row),
        kind: view.kind.get(row),
        similarity: view.similarity[row]!,
        size: view.cluster_size[row]!,
      });
  }
  return found;
}
