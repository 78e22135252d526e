/** The part of parquetjs-lite that row files use; the package carries no types. */
declare module "parquetjs-lite" {
  interface Field {
    readonly type: "UTF8" | "INT32" | "DOUBLE" | "BOOLEAN";
    readonly optional: boolean;
    readonly statistics: false;
  }

  interface Sink {
    write(bytes: Uint8Array, done: () => void): void;
    end(done: () => void): void;
  }

  export class ParquetSchema {
    constructor(fields: Readonly<Record<string, Field>>);
  }

  export class ParquetWriter {
    static openStream(
      schema: ParquetSchema,
      sink: Sink,
      options: { readonly useDataPageV2: boolean; readonly pageIndex: boolean },
    ): Promise<ParquetWriter>;
    appendRow(row: object): Promise<void>;
    close(): Promise<void>;
  }

  export class ParquetReader {
    static openFile(path: string): Promise<ParquetReader>;
    readonly schema: { readonly fieldList: readonly { readonly name: string }[] };
    getCursor(): { next(): Promise<Record<string, unknown> | null> };
    close(): Promise<void>;
  }
}
