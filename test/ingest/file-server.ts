import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** sha256 of bytes, hex. */
export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** What a server does with its n-th request, from 0. */
export type Behaviour = (request: IncomingMessage, response: ServerResponse, n: number) => void;

/** A server of the current test's own; `seen` are the requests that came. */
export interface FileServer {
  readonly origin: string;
  readonly seen: readonly IncomingMessage[];
  readonly close: () => Promise<void>;
}

export async function serve(behaviour: Behaviour): Promise<FileServer> {
  const seen: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    seen.push(request);
    behaviour(request, response, seen.length - 1);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(close);
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen, close };
}

/** How a file is served. */
export interface ServedFile {
  readonly etag?: string;
  readonly lastModified?: string;
  /** Whether ranges are given; they are where not said. */
  readonly ranges?: boolean;
  /** After how many bytes of the body the connection is cut. */
  readonly cutAfter?: number;
  /** How long those bytes have to arrive before it is, ms: what is still on the way is lost. */
  readonly cutMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers as a well-kept server does: whole, or the range asked for if If-Range still holds. */
export function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  bytes: Uint8Array,
  { etag, lastModified, ranges = true, cutAfter, cutMs = 10, headers = {} }: ServedFile = {},
): void {
  const validators = {
    ...(etag !== undefined && { etag }),
    ...(lastModified !== undefined && { "last-modified": lastModified }),
    ...headers,
  };
  const asked = /^bytes=(\d+)-$/.exec(request.headers.range ?? "");
  const condition = request.headers["if-range"];
  const same = condition === undefined || condition === (etag ?? lastModified);
  const start = ranges && asked !== null && same ? Number(asked[1]) : 0;
  if (start > 0 && start >= bytes.length) {
    response.writeHead(416, { "content-range": `bytes */${bytes.length}` }).end();
    return;
  }
  const body = bytes.subarray(start);
  response.writeHead(start > 0 ? 206 : 200, {
    ...validators,
    "content-length": body.length,
    ...(start > 0 && { "content-range": `bytes ${start}-${bytes.length - 1}/${bytes.length}` }),
  });
  if (cutAfter === undefined) response.end(body);
  else
    response.write(body.subarray(0, cutAfter), () => setTimeout(() => response.destroy(), cutMs));
}
