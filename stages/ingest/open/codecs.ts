import type { ByteReader } from "./byte-reader.ts";
import type { Compression } from "./suffix.ts";

type Codec = (reader: ByteReader, where: string) => AsyncIterable<Uint8Array>;

const CODECS: Readonly<Record<Compression, () => Promise<Codec>>> = {
  gzip: async () => (await import("./gzip.ts")).gunzip,
  bzip2: async () => (await import("./bzip2.ts")).bunzip2,
  zstd: async () => (await import("./zstd.ts")).unzstd,
  xz: async () => (await import("./xz.ts")).unxz,
};

const loaded = new Map<Compression, Promise<Codec>>();

/** What compressed bytes hold; a codec is loaded when the first file needs it. */
export async function* decompressed(
  compression: Compression,
  reader: ByteReader,
  where: string,
): AsyncGenerator<Uint8Array> {
  // An archive may have many compressed members, and to import again is not free.
  const codec = loaded.get(compression) ?? CODECS[compression]();
  loaded.set(compression, codec);
  yield* (await codec)(reader, where);
}
