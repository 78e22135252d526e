import { createHash } from "node:crypto";
import type { FingerprintFields, Part } from "./artifact.ts";
import type { FileStamp } from "./file-stamp.ts";
import { fingerprintOf } from "./fingerprint.ts";
import type { NodeDefinition, SourceFile } from "./stage.ts";

const KIBI = 1024;
/** Parts aimed at for one table: enough for cores to share and for an edit to touch little, few enough to list. */
const PARTS = 24;
const SMALLEST_PART = 128 * KIBI;
/** What bounds the memory of a partition, however large the corpus. */
const LARGEST_AIM = 2 * KIBI * KIBI;
/** A map stage's output stays one part a partition unless it is far larger than what it was made from. */
const LARGEST_PART = 32 * KIBI * KIBI;

/** An outside file with what the fingerprint takes from it. */
export type HashedSource = FoundSource | DeclaredSource;

/** A file that was hashed as it lies. */
export interface FoundSource extends Required<SourceFile> {
  /** How it looked before it was hashed. */
  readonly stamp: FileStamp;
}

/** A file whose content is declared. Nothing of it is taken from the disk, so that fetching it changes no plan. */
export interface DeclaredSource extends SourceFile {
  readonly digest: string;
  readonly stamp: undefined;
}

/** What a node reads, as it stands on disk. */
export interface ReadOutput {
  readonly parts: readonly Part[];
}

/** One piece of a node's work, run and reused by itself. */
export interface PartitionPlan {
  /** Unique in the node; for people. */
  readonly key: string;
  readonly fingerprint: string;
  /** Aim for the parts of tables that are cut by content, in Arrow bytes. */
  readonly partBytes: number;
  readonly files: readonly HashedSource[];
  /** The rows of its part, or its files' bytes where these are known: how much it has to do beside others. */
  readonly size: number | undefined;
  /** Index of the only part that it reads of the `partitionBy` input. */
  readonly part: number | undefined;
}

/** Splits a node's work: a map stage by the parts that it maps, a stage with files by groups of them, others not. */
export function partitionsOf(
  node: NodeDefinition,
  fields: FingerprintFields,
  inputs: Readonly<Record<string, ReadOutput>>,
  files: readonly HashedSource[],
): readonly PartitionPlan[] {
  const { partitionBy } = node.stage;
  if (partitionBy !== undefined) {
    return inputs[partitionBy]!.parts.map(({ digest, rows }, part) => ({
      ...planned(String(part).padStart(5, "0"), LARGEST_PART, [], {
        ...fields,
        inputs: { ...fields.inputs, [partitionBy]: digest },
      }),
      part,
      size: rows,
    }));
  }
  if (node.stage.files === undefined || files.length === 0) {
    const bytes = Object.values(inputs).flatMap(({ parts }) => parts.map((part) => part.bytes));
    return [planned("all", partBytesFor(sum(bytes)), files, fields)];
  }
  const aim = partBytesFor(sum(files.map(({ bytes = 0 }) => bytes)));
  return groupsOf(files, aim).map((group) =>
    planned(group[0]!.name, partBytesOf(group, aim), group, {
      ...fields,
      files: Object.fromEntries(group.map(({ name, digest }) => [name, digest])),
    }),
  );
}

/** Each declared file alone, the others grouped, in the order of their names. */
function groupsOf(
  files: readonly HashedSource[],
  aim: number,
): readonly (readonly HashedSource[])[] {
  const found = files.filter((file) => file.stamp !== undefined);
  const declared = files.filter((file) => file.stamp === undefined).map((file) => [file]);
  return [...groupFiles(found, aim), ...declared].sort(([a], [b]) => (a!.name < b!.name ? -1 : 1));
}

/** A group is about one part already; only a file that is, or may be, larger than that by itself is cut. */
function partBytesOf(group: readonly HashedSource[], aim: number): number {
  if (group.some(({ bytes }) => bytes === undefined)) return LARGEST_AIM;
  return weigh(group as readonly { bytes: number }[]) > 2 * aim ? aim : LARGEST_PART;
}

function planned(
  key: string,
  partBytes: number,
  files: readonly HashedSource[],
  fields: FingerprintFields,
): PartitionPlan {
  const environment = { ...fields.environment, "part-bytes": String(partBytes) };
  const fingerprint = fingerprintOf({ ...fields, environment });
  const sizes = files.flatMap(({ bytes }) => bytes ?? []);
  const size = sizes.length === files.length ? sum(sizes) : undefined;
  return { key, fingerprint, partBytes, files, size, part: undefined };
}

/** A power of two, so that a small edit does not move every border. */
function partBytesFor(totalBytes: number): number {
  const aim = nearestPowerOfTwo(totalBytes / PARTS);
  return Math.min(LARGEST_AIM, Math.max(SMALLEST_PART, aim));
}

/**
 * Content-defined groups of files in the order of their names, about `aim` bytes each and at most twice that where
 * a group has several files. A border stands where the hash of a name says so, once a group is half full: a file
 * that is added, removed or edited moves only the borders next to it.
 */
export function groupFiles<F extends { readonly name: string; readonly bytes: number }>(
  files: readonly F[],
  aim: number,
): readonly (readonly F[])[] {
  const sorted = [...files].sort((a, b) => (a.name < b.name ? -1 : 1));
  const typical = weigh(sorted) / Math.max(1, sorted.length);
  const candidates = Math.max(1, nearestPowerOfTwo(aim / 2 / Math.max(1, typical)));
  const groups: F[][] = [];
  let weight = Number.POSITIVE_INFINITY;
  for (const file of sorted) {
    const own = weigh([file]);
    const border = weight >= aim / 2 && nameHash(file.name) % candidates === 0;
    if (border || weight + own > 2 * aim) {
      groups.push([]);
      weight = 0;
    }
    groups.at(-1)!.push(file);
    weight += own;
  }
  return groups;
}

/** Sizes rounded to powers of two, so that an edit within a file seldom changes what it weighs. */
function weigh(files: readonly { readonly bytes: number }[]): number {
  return sum(files.map(({ bytes }) => nearestPowerOfTwo(bytes)));
}

function nearestPowerOfTwo(value: number): number {
  return value < 1 ? 1 : 2 ** Math.round(Math.log2(value));
}

function nameHash(name: string): number {
  return createHash("sha256").update(name).digest().readUInt32LE(0);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
