import { stat } from "node:fs/promises";
import type { SourceFile, StageContext, Yielded } from "../../engine/index.ts";
import { documentFilter, lineCleaner } from "./clean/index.ts";
import { DocumentMaker } from "./document-maker.ts";
import { fetchIfDeclared } from "./downloads.ts";
import { sourceOf } from "./locate.ts";
import type { IngestParams } from "./params.ts";
import { readDocuments } from "./read.ts";
import { type Rejected, Rejections } from "./rejections.ts";
import { Report } from "./report.ts";
import { type DocumentRow, documentBatch, rejectedBatch } from "./rows.ts";
import type { documents, rejected } from "./tables.ts";

/** Rows are handed on once documents hold this many characters of text, or this many records were left out. */
const BATCH_CHARACTERS = 1 << 20;
const BATCH_REJECTED = 4096;

type IngestOutputs = { readonly documents: typeof documents; readonly rejected: typeof rejected };

/** Reads a partition's files into documents. */
export async function* ingestFiles(
  context: StageContext<IngestParams, IngestOutputs>,
): AsyncGenerator<Yielded<IngestOutputs>> {
  const { params, files, signal, threads } = context;
  const cleaned = lineCleaner(params.clean);
  const report = new Report();
  const maker = new DocumentMaker(params, documentFilter(params.clean));
  const rows = new Pending();
  const onRead = await progressOver(files, context);

  for (const file of files) {
    const source = sourceOf(params.sources, file.name);
    await fetchIfDeclared(file, source, context);
    let rejections: Rejections | undefined;
    const finish = () => {
      if (rejections === undefined) return;
      rejections.end();
      for (const [reason, { count, first }] of rejections.reasons)
        report.leftOut(reason, first, count);
      rows.reject(rejections.take());
    };
    const read = readDocuments(file, source, {
      limits: params.expansion,
      threads,
      signal,
      cleaned,
      onRead,
      onFound: (encoding) => report.found(encoding, file.name),
      rejectionsOf(name, where) {
        finish();
        rejections = new Rejections(name, where, "maxRejected" in source ? source.maxRejected : 0);
        return rejections;
      },
    });
    for await (const { member, documents, rejections: left } of read) {
      for (const document of documents) {
        const row = await maker.rowOf(document, source, file, member, left);
        if (row === undefined) continue;
        rows.push(row);
        if (rows.areEnough) yield rows.take();
      }
      rows.reject(left.take());
      if (rows.areEnough) yield rows.take();
    }
    finish();
  }
  if (!rows.areNone) yield rows.take();
  for (const line of report.lines()) context.log("info", line);
}

/** Rows that wait to be handed on. */
class Pending {
  #documents: DocumentRow[] = [];
  #rejected: Rejected[] = [];
  #characters = 0;

  push(row: DocumentRow): void {
    this.#documents.push(row);
    for (const sentence of row.sentences) this.#characters += sentence.length;
  }

  reject(rows: readonly Rejected[]): void {
    for (const row of rows) this.#rejected.push(row);
  }

  get areEnough(): boolean {
    return this.#characters >= BATCH_CHARACTERS || this.#rejected.length >= BATCH_REJECTED;
  }

  get areNone(): boolean {
    return this.#documents.length === 0 && this.#rejected.length === 0;
  }

  take(): Yielded<IngestOutputs> {
    const [documents, rejected] = [this.#documents, this.#rejected];
    this.#documents = [];
    this.#rejected = [];
    this.#characters = 0;
    return {
      ...(documents.length > 0 && { documents: documentBatch(documents) }),
      ...(rejected.length > 0 && { rejected: rejectedBatch(rejected) }),
    };
  }
}

/** What is to be told of every bytes that are read. */
async function progressOver(
  files: readonly SourceFile[],
  { progress }: Pick<StageContext<unknown>, "progress">,
): Promise<(bytes: number) => void> {
  const sizes = await Promise.all(files.map(sizeOf));
  const total = sizes.includes(undefined)
    ? undefined
    : sizes.reduce<number>((sum, size) => sum + size!, 0);
  let done = 0;
  return (bytes) => {
    done += bytes;
    progress(done, total, "bytes");
  };
}

/** The engine has just hashed the files; one that is gone since is reported when it is read. */
async function sizeOf(file: SourceFile): Promise<number | undefined> {
  return stat(file.path).then(
    ({ size }) => size,
    () => file.bytes,
  );
}
