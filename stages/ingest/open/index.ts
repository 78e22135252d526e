import type { SourceFile } from "../../../engine/index.ts";
import type { ExpansionLimits } from "./limits.ts";

export { type ExpansionLimits, expansionLimitsSchema } from "./limits.ts";
export { innerName } from "./suffix.ts";

export interface OpenOptions {
  readonly limits: ExpansionLimits;
  readonly signal?: AbortSignal | undefined;
  /** Told of bytes of the file as it lies on disk: in all, when everything was read, the file's size. */
  readonly onRead?: ((bytes: number) => void) | undefined;
  /** Which of an archive's members are wanted, by their cleaned names; without it all of them. */
  readonly matches?: ((name: string) => boolean) | undefined;
  /** How many bytes a piece has, the last one excepted; changes no result. By default 1 MiB. */
  readonly pieceBytes?: number | undefined;
}

/** A file's content, or that of one file in an archive. */
export interface Member {
  /** The path in the archive, its segments joined by slashes; empty where the file is no archive. */
  readonly name: string;
  /** The decompressed bytes: to be read once, before the next member is asked for, and not necessarily to the end. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

let members: Promise<typeof import("./members.ts")> | undefined;

/**
 * The members of a file: gzip, bzip2, zstd and xz are undone around a file, an archive and a member, tar and zip are
 * entered, anything else is one member as it is. Nothing is written to disk, links are not followed, and memory does
 * not grow with the file. Throws a PipelineError, also while bytes are read, where the file is damaged, encrypted,
 * expands beyond its limits, is not what its suffix says, or has members with dangerous or equal names.
 */
export async function* openMembers(file: SourceFile, options: OpenOptions): AsyncGenerator<Member> {
  members ??= import("./members.ts");
  const { membersOf } = await members;
  yield* membersOf(file, options);
}
