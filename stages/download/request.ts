import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher } from "undici";
import { PipelineError } from "../../engine/index.ts";
import { httpUrl, shownUrl, withoutCredentials } from "./url.ts";

/** A download needs one or two: to a mirror, to a storage service. */
const MOST_REDIRECTS = 10;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** How long a server may take. */
export interface Patience {
  /** To accept a connection, ms. */
  readonly connectMs: number;
  /** To begin its answer, and between two pieces of it, ms. */
  readonly silentMs: number;
}

/** What is sent besides the address. */
export interface GetOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly dispatcher: Dispatcher;
  readonly signal: AbortSignal | undefined;
}

/** An answer whose body is still to be read, as it came: whatever its Content-Encoding says is not undone. */
export interface Answer {
  /** After redirects. */
  readonly url: URL;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Dispatcher.ResponseData["body"];
}

/** Connections of one download, through the proxy that http_proxy, https_proxy and no_proxy name where they do. */
export async function openConnections({ connectMs, silentMs }: Patience): Promise<Dispatcher> {
  const { Agent, EnvHttpProxyAgent } = await import("undici");
  const options = {
    connect: { timeout: connectMs },
    headersTimeout: silentMs,
    bodyTimeout: silentMs,
  };
  const proxied = ["http_proxy", "https_proxy"].some(
    (name) => process.env[name] || process.env[name.toUpperCase()],
  );
  return proxied ? new EnvHttpProxyAgent(options) : new Agent(options);
}

/** Asks for a file and follows redirects, which may lead to http and https only. */
export async function get(from: URL, options: GetOptions): Promise<Answer> {
  const { request } = await import("undici");
  const { dispatcher, signal } = options;
  const first = withoutCredentials(from);
  let { url } = first;
  let { authorization } = first;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const { statusCode, headers, body } = await request(url, {
      dispatcher,
      ...(signal !== undefined && { signal }),
      headers: {
        // The sha256 is of the file itself, and ranges of it are asked for.
        "accept-encoding": "identity",
        ...options.headers,
        ...(authorization !== undefined && { authorization }),
      },
    });
    // Whoever reads it learns of its failure; until then, and where no one does, there is none to tell.
    body.on("error", () => {});
    const { location } = headers;
    if (!REDIRECTS.has(statusCode) || typeof location !== "string")
      return { url, status: statusCode, headers, body };
    await body.dump();
    const next = withoutCredentials(httpUrl(location, url));
    // A password is for the server that it was given for.
    authorization =
      next.authorization ?? (next.url.origin === url.origin ? authorization : undefined);
    url = next.url;
  }
  throw new PipelineError("the server sends from one address to the next", {
    where: shownUrl(from),
    expected: `at most ${MOST_REDIRECTS} redirects`,
    got: `one more, to ${shownUrl(url)}`,
    hint: "check the address in a browser",
  });
}
