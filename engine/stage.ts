import type { z } from "zod";
import type { Columns } from "./column.ts";
import type { Batch, Folder, Output, Outputs, Row, RowColumns, RowTable, Table } from "./table.ts";

/** An outside file that a stage reads. Only its name and content are fingerprinted, never where it lies. */
export interface SourceFile {
  /** Absolute path. */
  readonly path: string;
  /** Stable name, unique within the node, from which document keys may be made. */
  readonly name: string;
  /**
   * sha256, hex, where the content is declared beforehand, as of a download. Such a file need not be there when the
   * pipeline is planned, is believed without being read, and is a partition by itself: its stage checks what it reads.
   */
  readonly digest?: string;
  /** The size that is declared with a digest: how finely its tables are cut follows it. */
  readonly bytes?: number;
}

/** A part of a table, as its readers see it. */
export interface PartInfo {
  readonly path: string;
  readonly digest: string;
  readonly rows: number;
  readonly bytes: number;
}

/** A table as a stage reads it: in a map stage the `partitionBy` input holds this partition's part only. */
export interface InputTable<C extends Columns> {
  readonly columns: C;
  readonly rows: number;
  readonly parts: readonly PartInfo[];
  /** Every batch, in order; naming columns reads only those. */
  batches(columns?: readonly (keyof C & string)[]): AsyncIterable<Batch<C>>;
}

/** A row table as a stage reads it. */
export interface InputRows<C extends RowColumns> {
  readonly columns: C;
  rows(): Promise<readonly Row<C>[]>;
}

/** A folder as a stage reads it. */
export interface InputFolder {
  readonly path: string;
}

export type Input<O extends Output> =
  O extends Table<infer C>
    ? InputTable<C>
    : O extends RowTable<infer C>
      ? InputRows<C>
      : O extends Folder
        ? InputFolder
        : never;

export type Inputs<I extends Outputs> = { readonly [K in keyof I]: Input<I[K]> };

/** What a stage yields: some batch or rows for some of its outputs, in any order. Folders are written, not yielded. */
export type Yielded<O extends Outputs> = {
  readonly [K in keyof O as O[K] extends Folder ? never : K]?: O[K] extends Table<infer C>
    ? Batch<C>
    : O[K] extends RowTable<infer C>
      ? Row<C> | readonly Row<C>[]
      : never;
};

/** Where a resumable stage keeps unfinished work, and what it may go on from. */
export interface Resumption {
  /**
   * A folder for exactly this work, absolute and existing. It outlives a run that fails, is interrupted or killed, and
   * is removed once the node is made.
   */
  readonly folder: string;
  /** Folder outputs of an earlier artifact that the stage's `continues` accepted, verified: absolute paths by output. */
  readonly earlier: Readonly<Record<string, string>> | undefined;
}

/** What a running stage is given beside its inputs. */
export interface StageContext<P, O extends Outputs = Outputs> {
  readonly node: string;
  readonly params: P;
  /** The pipeline's seed. Reading it in a stage not declared `seeded` throws. */
  readonly seed: number;
  /** Cores that this run may use: its own, and those that no other partition wants. Must not change a single output bit. */
  readonly threads: number;
  readonly signal: AbortSignal;
  /** This partition's outside files. */
  readonly files: readonly SourceFile[];
  /** Where a stage that is declared resumable goes on; absent for others. */
  readonly resumption?: Resumption;
  /** The folder, empty and existing, in which a folder output is to be written. */
  folder(output: { [K in keyof O]: O[K] extends Folder ? K : never }[keyof O] & string): string;
  /** Says how far this partition is; `total` undefined where it is not known. */
  progress(done: number, total: number | undefined, unit: string): void;
  /** Numbers to watch, such as a loss; `step` counts in the stage's own unit. */
  metric(step: number, values: Readonly<Record<string, number>>): void;
  log(level: "info" | "warn", message: string): void;
}

/** How a stage goes on from what is not, or not only, its own unfinished work. */
export interface Resumable<P> {
  /**
   * Whether an artifact that was made with `earlier` parameters, and else of the same code, seed, inputs, files and
   * environment, is one that this work would have come by on its way.
   */
  continues?(earlier: P, params: P): boolean;
}

/**
 * What is made of a node's own outputs once all of its partitions are there, such as a check of the whole: an error
 * that it throws fails the node.
 */
export interface Conclusion<O extends Outputs, P> {
  /** Outputs of the partitions that it reads. */
  readonly reads: readonly (keyof O & string)[];
  /** Outputs that it makes, and no partition does. */
  readonly writes: readonly (keyof O & string)[];
  run(made: Inputs<O>, context: StageContext<P, O>): AsyncIterable<Yielded<O>>;
}

/** The definition of a stage: what it reads, writes and is told, and how it runs. */
export interface StageSpec<I extends Outputs, O extends Outputs, P extends z.ZodType> {
  /** Kebab-case. Also the node's name where it is placed once. */
  readonly name: string;
  /** `import.meta.url` of the module that exports the stage: its code is fingerprinted, and workers import it. */
  readonly module: string;
  readonly inputs: I;
  readonly outputs: O;
  readonly params: P;
  /**
   * Parameters that follow from how the inputs are made, from the parsed parameters of the nodes that they are of:
   * what a config does not give of them. They enter the fingerprint as if they had been written there.
   */
  inherits?(inputs: { readonly [K in keyof I]: unknown }): Readonly<Record<string, unknown>>;
  /** A map stage: runs once for every part of this input, in worker threads, and each result is reused by itself. */
  readonly partitionBy?: keyof I & string;
  /** Whether it draws random numbers: only then does the pipeline's seed enter its fingerprint. */
  readonly seeded?: boolean;
  /** Whether one run of it uses every core: such runs take turns. `alone`: nothing else runs either, as it measures time. */
  readonly wholeMachine?: boolean | "alone";
  /** That it keeps unfinished work in `context.resumption`, so that an interrupted run goes on where it stopped. */
  readonly resumable?: Resumable<z.output<P>>;
  /** Outside files that it reads. A stage without `partitionBy` that has files runs once for each content-defined group. */
  files?(params: z.output<P>): Promise<readonly SourceFile[]>;
  /** Facts beside code and parameters that change its bits, such as a backend's version. */
  environment?(params: z.output<P>): Promise<Readonly<Record<string, string>>>;
  run(inputs: Inputs<I>, context: StageContext<z.output<P>, O>): AsyncIterable<Yielded<O>>;
  /** Runs once after all partitions. */
  readonly conclusion?: Conclusion<O, z.output<P>>;
}

/** Where a node's output is to be found: what wiring passes along. */
export interface Ref<O extends Output = Output> {
  readonly node: NodeDefinition;
  readonly output: string;
  readonly type: O;
}

export type Refs<O extends Outputs> = { readonly [K in keyof O]: Ref<O[K]> };

/** A stage that has been placed: its parameters are parsed and its inputs are wired. */
export interface NodeDefinition {
  readonly id: string;
  readonly stage: StageSpec<Outputs, Outputs, z.ZodType>;
  /** As written in the config, before defaults: what `--set` merges into. */
  readonly rawParams: unknown;
  readonly params: unknown;
  readonly inputs: Readonly<Record<string, Ref>>;
}

/** A defined stage: call it to place it. */
export interface Stage<I extends Outputs, O extends Outputs, P extends z.ZodType> {
  (
    inputs: { readonly [K in keyof I]: Ref<I[K]> },
    ...rest: Record<never, never> extends z.input<P>
      ? [params?: z.input<P>, options?: PlaceOptions]
      : [params: z.input<P>, options?: PlaceOptions]
  ): Refs<O>;
  readonly spec: StageSpec<I, O, P>;
}

export interface PlaceOptions {
  /** The node's name; needed where a stage is placed more than once. */
  readonly as?: string;
}
