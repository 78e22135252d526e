import { join } from "node:path";
import type { Artifact, Part } from "./artifact.ts";
import type { Columns } from "./column.ts";
import { readParquet } from "./parquet.ts";
import { readRows } from "./row-file.ts";
import type { Input, InputFolder, InputRows, Inputs, InputTable } from "./stage.ts";
import type { Output, Outputs, RowTable, Table } from "./table.ts";
import { checkPart, corruptionError } from "./verify.ts";

const CONCURRENCY = 4;

/** An output of a finished node, as plain data that crosses to a worker thread. */
export interface InputSource {
  readonly node: string;
  readonly fingerprint: string;
  readonly output: string;
  readonly type: Output;
  /** The artifact's folder, in which the parts' files are. */
  readonly folder: string;
  readonly parts: readonly Part[];
}

/** Where an output of an artifact is; for a map stage's partition, keep one of the parts. */
export function inputSource(
  { folder, manifest }: Artifact,
  output: string,
  type: Output,
): InputSource {
  return {
    node: manifest.node,
    fingerprint: manifest.fingerprint,
    output,
    type,
    folder,
    parts: manifest.partitions.flatMap(({ outputs }) => outputs[output] ?? []),
  };
}

/**
 * Opens a stage's inputs. Every part's digest is verified first, so that what a stage reads, by whatever way, is
 * what its fingerprint says. Throws a PipelineError with exit code 5 and `details.corrupt` on a damaged part.
 */
export async function openInputs<I extends Outputs>(
  sources: Readonly<Record<keyof I & string, InputSource>>,
): Promise<Inputs<I>> {
  const inputs: Record<string, Input<Output>> = {};
  for (const [name, source] of Object.entries<InputSource>(sources)) {
    await verify(source);
    inputs[name] = open(source);
  }
  return inputs as Inputs<I>;
}

async function verify({ node, fingerprint, folder, parts }: InputSource): Promise<void> {
  let next = 0;
  const work = async () => {
    while (next < parts.length) {
      const part = parts[next++]!;
      const path = join(folder, part.file);
      const problem = await checkPart(part, path, { deep: true });
      if (problem) throw corruptionError({ node, fingerprint }, path, problem);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
}

function open(
  source: InputSource,
): InputTable<Columns> | InputRows<RowTable["columns"]> | InputFolder {
  const { type, folder, parts, output } = source;
  if (type.kind === "table") return openTable(type, folder, parts);
  if (type.kind === "rows") return openRows(type, folder, parts);
  return { path: join(folder, output) };
}

function openTable(type: Table, folder: string, parts: readonly Part[]): InputTable<Columns> {
  const infos = parts.map(({ file, digest, rows, bytes }) => {
    return { path: join(folder, file), digest, rows, bytes };
  });
  return {
    columns: type.columns,
    rows: infos.reduce((total, { rows }) => total + rows, 0),
    parts: infos,
    async *batches(columns) {
      for (const { path, rows } of infos) {
        if (rows > 0) yield* readParquet(path, columns);
      }
    },
  };
}

function openRows(type: RowTable, folder: string, parts: readonly Part[]) {
  return {
    columns: type.columns,
    async rows() {
      const files = parts.map(({ file }) => readRows(join(folder, file), type.columns));
      return (await Promise.all(files)).flat();
    },
  };
}
