import { stat } from "node:fs/promises";
import {
  type Batch,
  makeBatch,
  PipelineError,
  type SourceFile,
  type StageContext,
  utf8Data,
  type Yielded,
} from "../../engine/index.ts";
import { contentKey, splitOf, UniqueKeys } from "./keys.ts";
import { sourceOf, stemOf } from "./locate.ts";
import type { IngestParams } from "./params.ts";
import { type RawDocument, readDocuments, segment } from "./read.ts";
import type { Source } from "./sources.ts";
import { documents, type rejected } from "./tables.ts";

/** A batch is handed on once it holds this many characters of text. */
const BATCH_CHARACTERS = 1 << 20;

type IngestOutputs = { readonly documents: typeof documents; readonly rejected: typeof rejected };

/** Reads a partition's files into documents. */
export async function* ingestFiles(
  context: StageContext<IngestParams, IngestOutputs>,
): AsyncGenerator<Yielded<IngestOutputs>> {
  const { params, files, signal } = context;
  const sizes = await Promise.all(files.map(sizeOf));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const keys = new UniqueKeys();
  const dropped: string[] = [];
  let rows: Row[] = [];
  let characters = 0;
  let done = 0;
  const onRead = (bytes: number) => {
    done += bytes;
    context.progress(done, total, "bytes");
  };

  for (const file of files) {
    const source = sourceOf(params.sources, file.name);
    const options = { normalise: params.normalise, signal, onRead };
    for await (const some of readDocuments(file, source, options)) {
      for (const document of some) {
        if (document.blocks.length === 0) {
          dropped.push(`${file.name}:${document.line}`);
          continue;
        }
        const key = keyOf(document, source, file, keys);
        const { language, sentences, paragraphStarts } = segment(document, source);
        const split = splitOf(key, params.heldout);
        rows.push({
          key,
          source: file.name,
          title: document.title ?? "",
          language,
          split,
          repeats: 1,
          sentences,
          paragraphStarts,
        });
        for (const sentence of sentences) characters += sentence.length;
        if (characters < BATCH_CHARACTERS) continue;
        yield { documents: batchOf(rows) };
        rows = [];
        characters = 0;
      }
    }
  }
  if (rows.length > 0) yield { documents: batchOf(rows) };
  if (dropped.length > 0)
    context.log("info", `left out ${dropped.length} empty documents, the first at ${dropped[0]}`);
}

/** The engine has just hashed the files; one that is gone since is reported when it is read. */
function sizeOf(file: SourceFile): Promise<number> {
  return stat(file.path).then(
    ({ size }) => size,
    () => 0,
  );
}

function keyOf(document: RawDocument, source: Source, file: SourceFile, keys: UniqueKeys): string {
  const stem = stemOf(file.name);
  if (source.kind === "text" && source.document === "file") return stem;
  if (document.givenKey === undefined) return keys.numbered(`${stem}#${contentKey(document)}`);
  const key = `${stem}#${document.givenKey}`;
  if (!keys.add(key))
    throw new PipelineError("two documents have the same key", {
      where: `${file.path}:${document.line}`,
      expected: "a key that no earlier line of the file has",
      got: document.givenKey,
      hint: "name another keyField, or none to have keys made from the text",
    });
  return key;
}

interface Row {
  readonly key: string;
  readonly source: string;
  readonly title: string;
  readonly language: string;
  readonly split: string;
  readonly repeats: number;
  readonly sentences: readonly string[];
  readonly paragraphStarts: readonly number[];
}

function batchOf(rows: readonly Row[]): Batch<(typeof documents)["columns"]> {
  return makeBatch(documents, {
    document_key: rows.map(({ key }) => key),
    source: rows.map(({ source }) => source),
    title: rows.map(({ title }) => title),
    language: rows.map(({ language }) => language),
    split: rows.map(({ split }) => split),
    repeats: Int32Array.from(rows, ({ repeats }) => repeats),
    sentences: {
      offsets: offsetsOf(rows.map(({ sentences }) => sentences.length)),
      values: utf8Data(rows.flatMap(({ sentences }) => sentences)),
    },
    paragraph_starts: {
      offsets: offsetsOf(rows.map(({ paragraphStarts }) => paragraphStarts.length)),
      values: Int32Array.from(rows.flatMap(({ paragraphStarts }) => paragraphStarts)),
    },
  });
}

function offsetsOf(lengths: readonly number[]): Int32Array {
  const offsets = new Int32Array(lengths.length + 1);
  for (let row = 0; row < lengths.length; row++) offsets[row + 1] = offsets[row]! + lengths[row]!;
  return offsets;
}
