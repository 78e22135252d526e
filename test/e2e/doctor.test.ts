import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { BACKEND_NAMES } from "../../backend/select.ts";
import { tempFolder } from "../rig/temp-folder.ts";
import { Command } from "./command.ts";

/** Writes to standard error as drivers do, and ends the process that tries backends in the middle of one. */
const DRIVER = `
if (process.send !== undefined) {
  const { writeSync } = require("node:fs");
  const send = process.send.bind(process);
  writeSync(2, "warning: a driver's own\\n");
  process.send = (probe, ...more) => {
    if (probe.name !== "onnxruntime-webgpu") return send(probe, ...more);
    writeSync(2, "the driver fell over\\n");
    process.kill(process.pid, "SIGKILL");
  };
}
`;

test("doctor tries every backend, whatever drivers write and where one ends the process", async () => {
  const folder = await tempFolder();
  const driver = join(folder, "driver.cjs");
  await writeFile(driver, DRIVER);
  const variables = { NODE_OPTIONS: `--require ${JSON.stringify(driver)}` };
  const { status, stdout, stderr } = await new Command(folder, ["doctor"], variables).ended;
  expect(stderr).toBe("");
  expect(status).toBe(0);
  const found = (name: string) => new RegExp(`^  ${name} +(\\S.*)$`, "m").exec(stdout)?.[1];
  for (const name of BACKEND_NAMES) expect(found(name), name).toBeDefined();
  expect(found("onnxruntime")).toMatch(/^onnxruntime 1\.30\.\d+, CPU provider, \d+ threads?$/);
  expect(found("onnxruntime-webgpu")).toBe(
    "not available: it ends the process that tries it: SIGKILL, the driver fell over",
  );
  expect(found("cpu")).toMatch(/^tfjs 4\.\d+\.\d+, plain JavaScript, 1 thread$/);
  expect(found("auto")).toMatch(/: .*CUDA card/);
});
