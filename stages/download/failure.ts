import { PipelineError } from "../../engine/index.ts";
import { shownUrl } from "./url.ts";

/** A failure of one attempt: trying again may help, in `afterMs` at the earliest where the server said so. */
export class PassingFailure extends Error {
  readonly reported: PipelineError;
  readonly afterMs: number;

  constructor(reported: PipelineError, afterMs = 0) {
    super(reported.message);
    this.reported = reported;
    this.afterMs = afterMs;
  }
}

/** Codes of Node and OpenSSL by which a certificate or a handshake is refused. */
const TLS =
  /^(ERR_TLS_|ERR_SSL_|CERT_|EPROTO$)|SELF_SIGNED|UNABLE_TO_(VERIFY|GET)|^HOSTNAME_MISMATCH$/;
/** undici's and Node's codes for a connection that does not come about, is cut or falls silent. */
const CONNECTION = /^(ECONN|ENET|EHOST|ETIMEDOUT|EPIPE|EAI_AGAIN|UND_ERR_|HPE_)/;

/** What a failed connection is reported as; an error of another kind as it is. */
export function connectionFailure(error: unknown, url: URL, path: string): unknown {
  const code = codeOf(error);
  if (code === undefined) return error;
  const where = shownUrl(url);
  if (code === "ENOTFOUND")
    return new PipelineError(`no address is known for ${url.hostname}`, {
      where,
      got: code,
      hint: `check the name and the network; or put the file at ${path}, where it is used without one`,
      cause: error,
    });
  if (TLS.test(code))
    return new PipelineError(`${url.host} cannot prove who it is`, {
      where,
      expected: "a certificate of an authority that Node knows",
      got: code,
      hint: "behind a proxy with a certificate of its own, name that file in NODE_EXTRA_CA_CERTS",
      cause: error,
    });
  if (!CONNECTION.test(code)) return error;
  const message =
    code.includes("TIMEOUT") || code === "ETIMEDOUT" ? "does not answer" : "cannot be reached";
  return new PassingFailure(
    new PipelineError(`${url.host} ${message}`, {
      where,
      got: code,
      hint: `check the network and run again: what has come is kept; or put the file at ${path}`,
      cause: error,
    }),
  );
}

/** The code of an error, or of what caused it: a host of several addresses fails with one error for each. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("code" in error && typeof error.code === "string") return error.code;
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return codeOf(error.cause);
}

/** Statuses after which the same request may succeed: time-outs, too early, too many requests, a server's own trouble. */
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]);
const LONGEST_WAIT_MS = 60_000;

/** What an answer that is no file is reported as. */
export function statusFailure(
  status: number,
  url: URL,
  path: string,
  retryAfter: string | undefined,
): PipelineError | PassingFailure {
  const details = { where: shownUrl(url), expected: "a file", got: `status ${status}` };
  if (status === 404 || status === 410)
    return new PipelineError("there is no file at this address", {
      ...details,
      hint: `check the address; or put the file at ${path}`,
    });
  if (status === 401 || status === 403 || status === 407)
    return new PipelineError("the server refuses to give this file", {
      ...details,
      hint: `it may want a user and password; a file that was fetched by other means may be put at ${path}`,
    });
  const error = new PipelineError("the server did not give the file", {
    ...details,
    hint: "try again later: what has come is kept",
  });
  if (!PASSING.has(status)) return error;
  const seconds = /^\d{1,9}$/.test(retryAfter ?? "") ? Number(retryAfter) : 0;
  return new PassingFailure(error, Math.min(seconds * 1000, LONGEST_WAIT_MS));
}

/** The failed system calls of writing a download; the rest as it is. */
export function writeFailure(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !("syscall" in error)) return error;
  const { code } = error as NodeJS.ErrnoException;
  const full = code === "ENOSPC" || code === "EDQUOT";
  return new PipelineError(full ? "the disk is full" : "a download cannot be written", {
    where: path,
    got: code ?? error.message,
    hint: full
      ? "free some space and run again: what has come is kept; or set PIPELINE_CACHE to a folder elsewhere"
      : "set PIPELINE_CACHE to a folder that can be written to",
    cause: error,
  });
}
