import { join } from "node:path";
import { expect, test } from "vitest";
import { PipelineError } from "../../engine/index.ts";
import { cacheFolder } from "../../lib/cache-folder.ts";
import { cachePathOf } from "../../stages/download/cache.ts";
import {
  connectionFailure,
  PassingFailure,
  statusFailure,
  writeFailure,
} from "../../stages/download/failure.ts";
import { httpUrl, shownUrl, withoutCredentials } from "../../stages/download/url.ts";

const HOME = "/home/me";

test.each([
  ["linux", {}, "/home/me/.cache/albert-pipeline/downloads"],
  ["linux", { XDG_CACHE_HOME: "/var/cache/me" }, "/var/cache/me/albert-pipeline/downloads"],
  ["linux", { XDG_CACHE_HOME: "relative" }, "/home/me/.cache/albert-pipeline/downloads"],
  ["linux", { XDG_CACHE_HOME: "" }, "/home/me/.cache/albert-pipeline/downloads"],
  ["darwin", {}, "/home/me/Library/Caches/albert-pipeline/downloads"],
  ["win32", { LOCALAPPDATA: "/local" }, "/local/albert-pipeline/downloads"],
  ["win32", {}, "/home/me/AppData/Local/albert-pipeline/downloads"],
  ["win32", { PIPELINE_CACHE: "/mine", LOCALAPPDATA: "/local" }, "/mine/downloads"],
  ["linux", { PIPELINE_CACHE: "/mine", XDG_CACHE_HOME: "/xdg" }, "/mine/downloads"],
] as const)("on %s with %j downloads lie in %s", (platform, env, folder) => {
  expect(cacheFolder("downloads", { platform, env, home: HOME })).toBe(folder);
});

test("a file's place comes from its sha256 and from nothing else", () => {
  const sha256 = "0123456789abcdef".repeat(4);
  expect(cachePathOf(sha256)).toBe(join(cacheFolder("downloads"), sha256));
  for (const hostile of [
    "../../etc/passwd",
    "",
    `${sha256}/..`,
    sha256.toUpperCase(),
    `${sha256}\n`,
  ])
    expect(() => cachePathOf(hostile)).toThrow(TypeError);
});

const shown = new URL("https://host/a");

test.each([
  ["ECONNREFUSED", "host cannot be reached", true],
  ["ECONNRESET", "host cannot be reached", true],
  ["EAI_AGAIN", "host cannot be reached", true],
  ["ENETUNREACH", "host cannot be reached", true],
  ["UND_ERR_SOCKET", "host cannot be reached", true],
  ["UND_ERR_CONNECT_TIMEOUT", "host does not answer", true],
  ["ETIMEDOUT", "host does not answer", true],
  ["ENOTFOUND", "no address is known for host", false],
  ["CERT_HAS_EXPIRED", "host cannot prove who it is", false],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "host cannot prove who it is", false],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "host cannot prove who it is", false],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "host cannot prove who it is", false],
])("%s is reported as: %s (passing: %s)", (code, message, passing) => {
  const error = Object.assign(new Error("low level"), { code });
  for (const raised of [
    error,
    new TypeError("outer", { cause: error }),
    new AggregateError([error]),
  ]) {
    const failure = connectionFailure(raised, shown, "/cache/file");
    expect(failure instanceof PassingFailure).toBe(passing);
    const reported = failure instanceof PassingFailure ? failure.reported : failure;
    expect(reported).toBeInstanceOf(PipelineError);
    expect(reported).toMatchObject({ message, details: { where: "https://host/a", got: code } });
  }
});

test("a bug stays one", () => {
  const bug = new TypeError("undefined is not a function");
  expect(connectionFailure(bug, shown, "")).toBe(bug);
  const system = Object.assign(new Error(""), { code: "EISDIR" });
  expect(connectionFailure(system, shown, "")).toBe(system);
});

test.each([
  ["7", 7000],
  ["99999", 60_000],
  ["Wed, 21 Oct 2026 07:28:00 GMT", 0],
  [undefined, 0],
])("Retry-After: %s is heeded within reason", (header, afterMs) => {
  expect(statusFailure(429, shown, "", header)).toMatchObject({ afterMs });
});

test("a full disk is told apart from a folder that cannot be written", () => {
  const failed = (code: string) => Object.assign(new Error(code), { code, syscall: "write" });
  expect(writeFailure(failed("ENOSPC"), "/cache/file")).toMatchObject({
    message: "the disk is full",
    details: { where: "/cache/file", got: "ENOSPC", hint: expect.stringContaining("is kept") },
  });
  expect(writeFailure(failed("EACCES"), "/cache/file")).toMatchObject({
    message: "a download cannot be written",
  });
});

test("what is shown of an address has neither password nor query", () => {
  const url = httpUrl("https://me:secret@host:8080/a/b%20c?key=secret#secret");
  expect(shownUrl(url)).toBe("https://host:8080/a/b%20c?…");
  expect(shownUrl(httpUrl("http://host"))).toBe("http://host/");
  expect(shownUrl(httpUrl("http://host/\u001b]0;x\u0007y"))).toBe("http://host/%1B]0;x%07y");
});

test("a password with an escape that is none stands for itself", () => {
  const { url, authorization } = withoutCredentials(new URL("http://a%zz:b%41@host/"));
  expect(url.href).toBe("http://host/");
  expect(authorization).toBe(`Basic ${Buffer.from("a%zz:bA").toString("base64")}`);
});
