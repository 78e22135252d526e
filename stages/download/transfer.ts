import type { IncomingHttpHeaders } from "node:http";
import { PipelineError } from "../../engine/index.ts";
import { PassingFailure, statusFailure } from "./failure.ts";
import type { PartFile } from "./part-file.ts";
import type { Answer } from "./request.ts";
import { shownUrl } from "./url.ts";

/** How much of the file is wanted of a server: what is missing, if the file is still the one that was begun. */
export function rangeHeaders({ bytes, validator }: PartFile): Record<string, string> {
  if (bytes === 0) return {};
  return { range: `bytes=${bytes}-`, ...(validator !== undefined && { "if-range": validator }) };
}

/** What is known of the file that an answer is to be, and who follows its coming. */
export interface Expected {
  readonly bytes: number | undefined;
  /** Where the file will lie. */
  readonly path: string;
  /** Told of each piece by its size, and by a negative one of what is thrown away. */
  onRead(bytes: number): void;
}

/**
 * Appends what a server answers to what is here: the rest of the file, or all of it where the server has another
 * content now or knows no ranges; true where it was the rest. Throws a PassingFailure where the answer ends early.
 */
export async function receive(
  answer: Answer,
  part: PartFile,
  expected: Expected,
): Promise<boolean> {
  const { status, headers, body, url } = answer;
  const startAgain = async (validator: string | undefined) => {
    if (part.bytes > 0) expected.onRead(-part.bytes);
    await part.restart(validator);
  };
  const range = rangeOf(headers);
  if (status === 416) {
    await body.dump();
    // There is nothing after what is here: it is whole, or of another file.
    if (range?.total === part.bytes) return true;
    await startAgain(undefined);
    throw new PassingFailure(outOfStep(url, headers));
  }
  if (status === 206 && range?.start !== part.bytes) {
    body.destroy();
    await startAgain(undefined);
    throw new PassingFailure(outOfStep(url, headers));
  }
  if (status !== 200 && status !== 206) {
    await body.dump();
    const retryAfter = headers["retry-after"];
    throw statusFailure(status, url, expected.path, retryAfter);
  }
  const total = status === 206 ? range?.total : lengthOf(headers);
  if (expected.bytes !== undefined && total !== undefined && total !== expected.bytes) {
    body.destroy();
    throw wrongLength(url, expected.bytes, `${total} bytes${compressed(headers)}`);
  }
  if (status === 200) await startAgain(validatorOf(headers));
  for await (const chunk of body as AsyncIterable<Buffer>) {
    await part.append(chunk);
    expected.onRead(chunk.length);
    if (expected.bytes !== undefined && part.bytes > expected.bytes)
      throw wrongLength(url, expected.bytes, "more");
  }
  const wanted = expected.bytes ?? total;
  if (wanted !== undefined && part.bytes < wanted)
    throw new PassingFailure(cutOff(url, wanted, part));
  return status === 206;
}

/** What a message adds where the server compressed the file, which is not undone: the sha256 is of what it sends. */
export function compressed({
  "content-encoding": encoding = "identity",
}: IncomingHttpHeaders): string {
  return encoding === "identity" ? "" : ", sent compressed";
}

/** Of `Content-Range: bytes 5-9/10` the 5 and the 10. */
function rangeOf(
  headers: IncomingHttpHeaders,
): { readonly start: number | undefined; readonly total: number | undefined } | undefined {
  const found = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(headers["content-range"] ?? "");
  if (found === null) return undefined;
  const [, start, total] = found;
  return {
    start: start === undefined ? undefined : Number(start),
    total: total === "*" ? undefined : Number(total),
  };
}

function lengthOf(headers: IncomingHttpHeaders): number | undefined {
  const length = headers["content-length"];
  return length === undefined ? undefined : Number(length);
}

/** A weak ETag does not say that bytes are the same (RFC 9110, 13.1.5). */
function validatorOf({ etag, ...headers }: IncomingHttpHeaders): string | undefined {
  return etag?.startsWith('"') ? etag : headers["last-modified"];
}

function wrongLength(url: URL, bytes: number, got: string): PipelineError {
  return new PipelineError("the file at this address is not of the declared size", {
    where: shownUrl(url),
    expected: `${bytes} bytes`,
    got,
    hint: "the file may have been replaced: check it, then declare its size and its sha256",
  });
}

function cutOff(url: URL, wanted: number, { bytes }: PartFile): PipelineError {
  return new PipelineError("the download ended early", {
    where: shownUrl(url),
    expected: `${wanted} bytes`,
    got: `${bytes} bytes`,
    hint: "run again: it goes on where it stopped",
  });
}

function outOfStep(url: URL, headers: IncomingHttpHeaders): PipelineError {
  return new PipelineError("the server gave another part of the file than the one asked for", {
    where: shownUrl(url),
    got: headers["content-range"]?.replace(/[^\w */-]/g, "?") ?? "no Content-Range",
    hint: "try again later",
  });
}
