import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import {
  expansionLimitsSchema,
  type OpenOptions,
  openMembers,
} from "../../stages/ingest/open/index.ts";
import { folderWith } from "./ingested.ts";

export interface OpenedMember {
  readonly name: string;
  readonly content: Buffer;
  /** How long each piece was. */
  readonly pieces: readonly number[];
}

export type Options = Partial<OpenOptions>;

/** All members of a file on disk. */
export async function openedFile(path: string, options: Options = {}, name = basename(path)) {
  const members: OpenedMember[] = [];
  const limits = expansionLimitsSchema.parse({});
  for await (const member of openMembers({ path, name }, { limits, ...options })) {
    const pieces: Uint8Array[] = [];
    for await (const piece of member.bytes) pieces.push(piece);
    const lengths = pieces.map(({ length }) => length);
    members.push({ name: member.name, content: Buffer.concat(pieces), pieces: lengths });
  }
  return members;
}

/** All members of these bytes, as a file of this name. */
export async function opened(content: Uint8Array | string, name: string, options: Options = {}) {
  using folder = folderWith({ [name]: content });
  return await openedFile(join(folder.path, name), options, name);
}

/** The content of what is no archive. */
export async function content(bytes: Uint8Array | string, name: string, options: Options = {}) {
  const members = await opened(bytes, name, options);
  if (members.length !== 1 || members[0]!.name !== "") throw new Error(`${name} is an archive`);
  return members[0]!.content;
}

/** Opens bytes again and again as one file of this name; for fuzzing. */
export function reopener(name: string) {
  const folder = folderWith({});
  const path = join(folder.path, "file");
  return {
    async open(bytes: Uint8Array, options: Options = {}): Promise<OpenedMember[]> {
      writeFileSync(path, bytes);
      return await openedFile(path, options, name);
    },
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

export function fixturePath(name: string): string {
  return join(import.meta.dirname, "fixtures", name);
}

export function fixture(name: string): Buffer {
  return readFileSync(fixturePath(name));
}

/** Names and contents, to compare. */
export function listed(members: readonly OpenedMember[]): Record<string, string> {
  return Object.fromEntries(members.map(({ name, content }) => [name, content.toString("utf8")]));
}
