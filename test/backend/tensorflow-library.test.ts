import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findLibrary } from "../../backend/tensorflow/library.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "tensorflow-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function lay(folder: string, ...files: string[]): string {
  for (const file of ["include/tensorflow/c/eager/c_api.h", ...files]) {
    mkdirSync(dirname(join(root, folder, file)), { recursive: true });
    writeFileSync(join(root, folder, file), "");
  }
  return join(root, folder);
}

const WHEEL = ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"] as const;

/** A Python that answers where its TensorFlow is. */
function python(file: string, answer: string): string {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), `#!/bin/sh\necho '${answer}'\n`);
  chmodSync(join(root, file), 0o755);
  return join(root, file);
}

describe("TensorFlow is found", () => {
  test("as a wheel's folder, beside other packages, and as Google's archive", async () => {
    const wheel = lay("site-packages/tensorflow", ...WHEEL);
    const expected = {
      include: join(wheel, "include"),
      folder: wheel,
      core: WHEEL[0],
      framework: WHEEL[1],
    };
    expect(await findLibrary(wheel)).toEqual(expected);
    expect(await findLibrary(join(root, "site-packages"))).toEqual(expected);
    const archive = lay("c", "lib/libtensorflow.so.2", "lib/libtensorflow_framework.so.2");
    expect(await findLibrary(archive)).toMatchObject({
      folder: join(archive, "lib"),
      core: "libtensorflow.so.2",
    });
  });

  test.skipIf(process.platform === "win32")(
    "by a Python, a virtual environment, and the one that is active",
    async () => {
      const wheel = lay("venv/lib/tensorflow", ...WHEEL);
      const interpreter = python("venv/bin/python", wheel);
      const expected = { folder: wheel };
      expect(await findLibrary(interpreter)).toMatchObject(expected);
      expect(await findLibrary(join(root, "venv"))).toMatchObject(expected);
      const env = { VIRTUAL_ENV: join(root, "venv") };
      expect(await findLibrary(undefined, env)).toMatchObject(expected);
    },
  );

  test("or it is said what was looked for", async () => {
    await expect(findLibrary(join(root, "nowhere"))).rejects.toThrow(/there is nothing at/);
    const incomplete = lay("tensorflow", WHEEL[0]);
    await expect(findLibrary(incomplete)).rejects.toThrow(/no TensorFlow at .* was expected/);
  });
});
