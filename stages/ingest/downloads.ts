import { PipelineError, type SourceFile, type StageContext } from "../../engine/index.ts";
import { cachePathOf } from "../download/cache.ts";
import type { Source } from "./sources.ts";

type Download = NonNullable<Source["urls"]>[number];

/** A source's addresses as files in the cache, which need not be there yet; each is called by the end of its address. */
export function declaredFiles(source: Source): SourceFile[] {
  return (source.urls ?? []).map((download) => ({
    path: cachePathOf(download.sha256),
    name: nameOf(download, source),
    digest: download.sha256,
    ...(download.bytes !== undefined && { bytes: download.bytes }),
  }));
}

function nameOf({ url }: Download, { name }: Source): string {
  const last = decoded(new URL(url).pathname.split("/").at(-1)!);
  if (last === "" || last === "." || last === ".." || last.includes("/"))
    throw new PipelineError("an address does not end with a file's name", {
      where: new URL(url).origin + new URL(url).pathname,
      expected: "an address such as https://example.org/corpus.jsonl.gz",
      got: last === "" ? "none" : last,
      hint: "documents' keys and the format are made from it: find an address that ends so",
    });
  return name === "" ? last : `${name}/${last}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Sees to it that a file which is declared by its address lies in the cache, whole. */
export async function fetchIfDeclared(
  file: SourceFile,
  source: Source,
  { signal, progress, log }: Pick<StageContext<unknown>, "signal" | "progress" | "log">,
): Promise<void> {
  const download = source.urls?.find((each) => nameOf(each, source) === file.name);
  if (download === undefined) return;
  const { fetchUrl } = await import("../download/index.ts");
  const { url, sha256, bytes } = download;
  let done = 0;
  await fetchUrl({
    url,
    sha256,
    path: file.path,
    signal,
    log,
    ...(bytes !== undefined && { bytes }),
    onRead: (piece) => {
      done += piece;
      progress(done, bytes, "bytes downloaded");
    },
  });
}
