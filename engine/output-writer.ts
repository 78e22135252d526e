import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Part } from "./artifact.ts";
import { PipelineError } from "./error.ts";
import { explained } from "./file-error.ts";
import { folderParts } from "./folder-parts.ts";
import { RowFileWriter } from "./row-file.ts";
import type { Outputs, Row, RowColumns, RowTable } from "./table.ts";
import { partName, TableWriter } from "./table-writer.ts";

export interface OutputWriterOptions {
  /** The partition's own folder: made where it is missing, removed when writing fails. */
  readonly folder: string;
  readonly outputs: Outputs;
  /** Aim for the parts of tables with `cutBy`, in Arrow bytes. */
  readonly partBytes: number;
}

interface Sink {
  write(value: unknown): Promise<void>;
  finish(): Promise<Part[]>;
  abort(): Promise<void>;
}

/** Writes what a stage yields for one partition, a subfolder an output. */
export class OutputWriter {
  readonly #folder: string;
  readonly #outputs: Outputs;
  readonly #sinks: ReadonlyMap<string, Sink>;

  private constructor({ folder, outputs, partBytes }: OutputWriterOptions) {
    this.#folder = folder;
    this.#outputs = outputs;
    const sinks = Object.entries(outputs).map(([name, output]): [string, Sink] => {
      if (output.kind === "table") {
        const writer = new TableWriter(folder, name, output, partBytes);
        return [
          name,
          {
            write: (value) => writer.write(value),
            finish: () => writer.finish(),
            abort: () => writer.abort(),
          },
        ];
      }
      if (output.kind === "rows") return [name, new RowSink(folder, name, output)];
      return [name, new FolderSink(folder, name)];
    });
    this.#sinks = new Map(sinks);
  }

  static async create(options: OutputWriterOptions): Promise<OutputWriter> {
    for (const name of Object.keys(options.outputs)) {
      const path = join(options.folder, name);
      await explained("writing", path, () => mkdir(path, { recursive: true }));
    }
    return new OutputWriter(options);
  }

  /** The folder, empty and existing, in which a folder output is to be written. */
  folder(output: string): string {
    if (this.#outputs[output]?.kind !== "folder") {
      throw new PipelineError("a stage asked for the folder of an output that is none", {
        where: output,
        expected: names(this.#outputs, "folder"),
      });
    }
    return join(this.#folder, output);
  }

  /** Writes what a stage yielded (see `Yielded`). On an error the folder is removed and the writer is of no more use. */
  async write(yielded: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#orAbort(async () => {
      for (const [name, value] of Object.entries(yielded)) {
        if (value === undefined) continue;
        const sink = this.#sinks.get(name);
        if (sink === undefined) {
          throw new PipelineError("a stage yielded an output that it does not declare", {
            where: name,
            expected: Object.keys(this.#outputs).join(", "),
          });
        }
        try {
          await sink.write(value);
        } catch (error) {
          throw located(error, name);
        }
      }
    });
  }

  /** Ends every file and says what was written, by output; files are relative to the partition's folder. */
  async finish(): Promise<Record<string, Part[]>> {
    return await this.#orAbort(async () => {
      // At once: each waits for the disk. All have ended before a failure is thrown, as then the folder is removed.
      const ends = await Promise.allSettled(
        Array.from(this.#sinks, async ([name, sink]) => [name, await sink.finish()] as const),
      );
      return Object.fromEntries(
        ends.map((end) => {
          if (end.status === "rejected") throw end.reason;
          return end.value;
        }),
      );
    });
  }

  /** Gives up: closes every file and removes the folder. */
  async abort(): Promise<void> {
    for (const sink of this.#sinks.values()) await sink.abort().catch(() => {});
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #orAbort<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      await this.abort();
      throw error;
    }
  }
}

class RowSink implements Sink {
  readonly #folder: string;
  readonly #name: string;
  readonly #table: RowTable;
  #writer: RowFileWriter | undefined;

  constructor(folder: string, name: string, table: RowTable) {
    this.#folder = folder;
    this.#name = name;
    this.#table = table;
  }

  async write(value: unknown): Promise<void> {
    const rows = (Array.isArray(value) ? value : [value]) as readonly Row<RowColumns>[];
    const writer = await this.#open();
    for (const row of rows) await writer.append(row);
  }

  async finish(): Promise<Part[]> {
    const writer = await this.#open();
    const written = await writer.close();
    return [{ file: `${this.#name}/${partName(0)}`, rows: writer.rows, ...written }];
  }

  async abort(): Promise<void> {
    await this.#writer?.abort();
  }

  async #open(): Promise<RowFileWriter> {
    const path = join(this.#folder, this.#name, partName(0));
    this.#writer ??= await RowFileWriter.create(path, this.#table.columns);
    return this.#writer;
  }
}

/** The stage writes a folder itself. */
class FolderSink implements Sink {
  readonly #folder: string;
  readonly #name: string;

  constructor(folder: string, name: string) {
    this.#folder = folder;
    this.#name = name;
  }

  async write(): Promise<void> {
    throw new PipelineError("a stage yielded a folder output", {
      expected: "files written to context.folder(...)",
    });
  }

  finish(): Promise<Part[]> {
    return folderParts(this.#folder, this.#name);
  }

  async abort(): Promise<void> {}
}

/** An error about a column or a row, with the output that it is of. */
function located(error: unknown, output: string): unknown {
  if (!(error instanceof PipelineError) || error.details.cause !== undefined) return error;
  const { where } = error.details;
  const details = {
    ...error.details,
    where: where ? `output ${output}, ${where}` : `output ${output}`,
  };
  return new PipelineError(error.message, details);
}

function names(outputs: Outputs, kind: string): string {
  return Object.keys(outputs)
    .filter((name) => outputs[name]!.kind === kind)
    .join(", ");
}
