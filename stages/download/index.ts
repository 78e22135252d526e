import { createHash } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Dispatcher } from "undici";
import { NameLock, PipelineError } from "../../engine/index.ts";
import { connectionFailure, PassingFailure, writeFailure } from "./failure.ts";
import { hashed, PartFile } from "./part-file.ts";
import { get, openConnections, type Patience } from "./request.ts";
import { compressed, type Expected, rangeHeaders, receive } from "./transfer.ts";
import { httpUrl, shownUrl } from "./url.ts";

export { cachePathOf } from "./cache.ts";
export { shownUrl } from "./url.ts";

/** How patient a download is. */
export interface Pace extends Patience {
  /** How long to wait after each failed attempt in a row, ms: after the last of them it is given up. */
  readonly waitsMs: readonly number[];
  /** How often to look whether another process has ended its download of the same file, ms. */
  readonly lookMs: number;
}

const PACE: Pace = {
  connectMs: 15_000,
  silentMs: 30_000,
  waitsMs: [500, 1000, 2000, 4000],
  lookMs: 250,
};
/** An attempt that brought so many bytes was no failed one: a large file may take many. */
const PROGRESS_BYTES = 1 << 20;

/** A file to have, and where. */
export interface FetchOptions {
  readonly url: string;
  /** What its bytes must hash to, 64 hexadecimal digits in lower case. */
  readonly sha256: string;
  /** What its size must be. */
  readonly bytes?: number;
  /** Where it is to lie (`cachePathOf`); what has come of it lies beside. */
  readonly path: string;
  readonly signal?: AbortSignal;
  /** Told of each piece by its size, and by a negative one of what is thrown away. */
  onRead?(bytes: number): void;
  /** Told what happens that a person who waits would want to know. */
  log?(level: "info" | "warn", message: string): void;
  readonly pace?: Pace;
}

/**
 * Has a file of this sha256 at `path`: uses the one that is there, which is read to be sure, or downloads it, going
 * on where an earlier attempt stopped. Nothing else ever lies at `path`. Throws a PipelineError that says what to do.
 */
export async function fetchUrl(options: FetchOptions): Promise<void> {
  const { path, signal, log, pace = PACE } = options;
  const url = httpUrl(options.url);
  if (await isThere(options)) return;
  await mkdir(dirname(path), { recursive: true }).catch((error) => {
    throw writeFailure(error, path);
  });
  const lock = await taken(path, pace, signal, () =>
    log?.("info", `another process is downloading ${shownUrl(url)}: waiting for it`),
  );
  try {
    // Another process may have fetched it meanwhile.
    if (await isThere(options)) return;
    await download(url, options, pace);
  } finally {
    await lock.release();
  }
}

/** Whether the file is there and whole; one of other content is removed. */
async function isThere({ path, sha256, bytes, signal, log }: FetchOptions): Promise<boolean> {
  const found = await hashed(path, signal);
  if (found === undefined) return false;
  if (found.sha256 === sha256 && (bytes === undefined || bytes === found.bytes)) return true;
  if (found.sha256 === sha256)
    throw new PipelineError("a download is not of the declared size", {
      where: path,
      expected: `${bytes} bytes`,
      got: `${found.bytes} bytes, of the declared sha256`,
      hint: "correct the declared size",
    });
  log?.("warn", `${path} is damaged: it is downloaded again`);
  await rm(path, { force: true });
  return false;
}

/** Waits until no other process, nor another thread of this one, downloads to the path. */
async function taken(
  path: string,
  { lookMs }: Pace,
  signal: AbortSignal | undefined,
  onWait: () => void,
): Promise<NameLock> {
  const name = `albert-download-${createHash("sha256").update(path).digest("hex").slice(0, 32)}`;
  for (let waits = 0; ; waits++) {
    const lock = await NameLock.take(name);
    if (lock !== undefined) return lock;
    if (waits === 0) onWait();
    await setTimeout(lookMs, undefined, signal === undefined ? {} : { signal });
  }
}

async function download(url: URL, options: FetchOptions, pace: Pace): Promise<void> {
  const { path, signal, onRead, log } = options;
  const connections = await openConnections(pace);
  const part = await PartFile.open(path, signal);
  const expected = { bytes: options.bytes, path, onRead: (bytes: number) => onRead?.(bytes) };
  if (part.bytes > 0) {
    log?.("info", `${shownUrl(url)} goes on after ${part.bytes} bytes`);
    expected.onRead(part.bytes);
  }
  try {
    await persist(url, part, expected, connections, options, pace);
  } catch (error) {
    await part.close();
    throw error;
  } finally {
    await connections.destroy();
  }
}

/** Attempt after attempt until the file is whole, or until too many in a row have brought nothing. */
async function persist(
  url: URL,
  part: PartFile,
  expected: Expected,
  connections: Dispatcher,
  { sha256, signal, log }: FetchOptions,
  { waitsMs }: Pace,
): Promise<void> {
  for (let failures = 0; ; ) {
    const before = part.bytes;
    try {
      const { resumed, note } = await attempt(url, part, expected, connections, signal);
      if (part.digest() === sha256) {
        await part.commit();
        return;
      }
      const got = `sha256 ${part.digest()} (${part.bytes} bytes${note})`;
      expected.onRead(-part.bytes);
      await part.restart(undefined);
      // What was begun may have been of an older content, of a server that does not say so.
      if (resumed) continue;
      throw changed(url, sha256, got, note !== "");
    } catch (error) {
      signal?.throwIfAborted();
      const failure = connectionFailure(error, url, expected.path);
      if (!(failure instanceof PassingFailure)) throw failure;
      if (part.bytes - before >= PROGRESS_BYTES) failures = 0;
      const wait = waitsMs[failures++];
      if (wait === undefined) throw failure.reported;
      log?.("warn", `${failure.message}: trying again after ${part.bytes} bytes`);
      const pause = Math.max(wait, failure.afterMs);
      await setTimeout(pause, undefined, signal === undefined ? {} : { signal });
    }
  }
}

/** Gets what is missing, or all, and says which; `note` is for a message about what came. */
async function attempt(
  url: URL,
  part: PartFile,
  expected: Expected,
  dispatcher: Dispatcher,
  signal: AbortSignal | undefined,
): Promise<{ readonly resumed: boolean; readonly note: string }> {
  if (part.bytes > 0 && part.bytes === expected.bytes) return { resumed: true, note: "" };
  const answer = await get(url, { headers: rangeHeaders(part), dispatcher, signal });
  const resumed = await receive(answer, part, expected);
  return { resumed, note: compressed(answer.headers) };
}

function changed(url: URL, sha256: string, got: string, packed: boolean): PipelineError {
  return new PipelineError("the file at this address is not the declared one", {
    where: shownUrl(url),
    expected: `sha256 ${sha256}`,
    got,
    hint: packed
      ? "the server compresses it though asked not to: declare the sha256 of what `curl -O` writes"
      : "if the new content is the one you want, declare its sha256; else find where the old one lies now",
  });
}
