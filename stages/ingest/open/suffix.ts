/** How bytes may be compressed. */
export type Compression = "gzip" | "bzip2" | "zstd" | "xz";

/** What holds members. */
export type Archive = "tar" | "zip";

/** What a file's name says of it. */
export interface NamedFormat {
  /** The name without what its compression added to it: books.txt for books.txt.gz, books.tar for books.tgz. */
  readonly name: string;
  readonly compression?: Compression;
  readonly archive?: Archive;
}

const COMPRESSIONS: ReadonlyMap<string, Compression> = new Map([
  ["gz", "gzip"],
  ["gzip", "gzip"],
  ["bz2", "bzip2"],
  ["zst", "zstd"],
  ["zstd", "zstd"],
  ["xz", "xz"],
]);

const SHORT_FOR_TAR: ReadonlyMap<string, Compression> = new Map([
  ["tgz", "gzip"],
  ["tbz", "bzip2"],
  ["tbz2", "bzip2"],
  ["tzst", "zstd"],
  ["txz", "xz"],
]);

/** Reads a file's format off its name, whatever the case of its letters. */
export function namedFormat(fileName: string): NamedFormat {
  const { stem, extension } = divide(fileName);
  const short = SHORT_FOR_TAR.get(extension);
  if (short !== undefined) return { name: `${stem}.tar`, compression: short, archive: "tar" };
  const compression = COMPRESSIONS.get(extension);
  const name = compression === undefined ? fileName : stem;
  const inner = compression === undefined ? extension : divide(stem).extension;
  const archive = inner === "tar" || inner === "zip" ? inner : undefined;
  return { name, ...(compression && { compression }), ...(archive && { archive }) };
}

/** A file's name without its compression's suffix, and whether by its name it is an archive: for keys and stems. */
export function innerName(fileName: string): { readonly name: string; readonly archive: boolean } {
  const { name, archive } = namedFormat(fileName);
  return { name, archive: archive !== undefined };
}

function divide(fileName: string): { readonly stem: string; readonly extension: string } {
  const dot = fileName.lastIndexOf(".");
  if (dot <= fileName.lastIndexOf("/") + 1) return { stem: fileName, extension: "" };
  return { stem: fileName.slice(0, dot), extension: fileName.slice(dot + 1).toLowerCase() };
}
