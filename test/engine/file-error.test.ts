import { mkdirSync, writeSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { PipelineError } from "../../engine/error.ts";
import { explainFileError, explainMachineError } from "../../engine/file-error.ts";
import { tempFolder } from "../rig/temp-folder.ts";

/** An error as Node's system calls throw them. */
function failed(code: string): Error {
  return Object.assign(new Error(`${code}: it failed, write`), { code, syscall: "write" });
}

test.each([
  ["ENOSPC", "writing failed: the disk is full", /free some space/],
  ["EDQUOT", "writing failed: the disk quota is used up", /free some space/],
  ["EROFS", "writing failed: the file system is read-only", /another place/],
  ["EACCES", "writing failed: permission denied", /permissions/],
  ["EXOTIC", "writing failed: EXOTIC: it failed, write", /look at the disk/],
])("%s is explained, with its path and what to do", (code, message, hint) => {
  const cause = failed(code);
  const error = explainFileError(cause, "writing", "/store/part") as PipelineError;
  expect(error).toBeInstanceOf(PipelineError);
  expect(error.message).toBe(message);
  expect(error.details).toMatchObject({ where: "/store/part", got: code, cause });
  expect(error.details.hint).toMatch(hint);
  expect(error.exitCode).toBe(1);
});

test("the kernel's own errors are known by their shape", async () => {
  const folder = await tempFolder();
  mkdirSync(join(folder, "taken"));
  const error = thrownBy(() => mkdirSync(join(folder, "taken")));
  expect(explainFileError(error, "making", folder)).toMatchObject({ details: { got: "EEXIST" } });
  const closed = thrownBy(() => writeSync(1_000_000, "text"));
  expect(explainFileError(closed, "writing", folder)).toMatchObject({ details: { got: "EBADF" } });
});

describe("what is no failed system call stays as it is", () => {
  const bug = new TypeError("undefined is not a part");
  const own = new PipelineError("a stage's own");
  test.each([[bug], [own], ["thrown text"], [undefined]])("%s", (error) => {
    expect(explainFileError(error, "writing", "")).toBe(error);
    expect(explainMachineError(error, "writing", "")).toBe(error);
  });

  test("and in code that explains nothing itself also what may be its own fault", () => {
    const missing = failed("ENOENT");
    expect(explainMachineError(missing, "writing", "")).toBe(missing);
    expect(explainMachineError(failed("ENOSPC"), "writing", "")).toBeInstanceOf(PipelineError);
  });
});

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}
