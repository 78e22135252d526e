import { PipelineError } from "../../engine/index.ts";

/** Parses an address that may be downloaded from. Throws a PipelineError unless it is http or https. */
export function httpUrl(text: string, base?: URL): URL {
  const url = URL.canParse(text, base?.href) ? new URL(text, base) : undefined;
  if (url?.protocol === "http:" || url?.protocol === "https:") return url;
  throw new PipelineError("this cannot be downloaded", {
    ...(base !== undefined && { where: `redirected from ${shownUrl(base)}` }),
    expected: "a URL that begins with http:// or https://",
    got: url === undefined ? "no URL" : `${url.protocol}…`,
  });
}

/** An address as it may be shown: without a user's name and password, and without its query, which may hold a token. */
export function shownUrl({ origin, pathname, search }: URL): string {
  return `${origin}${pathname}${search === "" ? "" : "?…"}`;
}

/** An address and the Authorization header that a user's name and password in it stand for. */
export function withoutCredentials(url: URL): {
  readonly url: URL;
  readonly authorization: string | undefined;
} {
  const bare = new URL(url);
  bare.username = "";
  bare.password = "";
  if (url.username === "" && url.password === "") return { url: bare, authorization: undefined };
  const pair = `${decoded(url.username)}:${decoded(url.password)}`;
  return { url: bare, authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A percent sign that begins no escape stands for itself.
    return text;
  }
}
