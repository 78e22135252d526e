import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectWhole, manifests, outputDigests, partsOf } from "./artifacts.ts";
import type { Left } from "./command.ts";
import { CONFIGS, Project } from "./project.ts";
import { expectDone, expectFailure, expectSafe, outcomes } from "./said.ts";

const NODES = ["ingest", "word-counts", "vocab", "tokenize", "sop-pairs"];

describe("a store that is damaged is found out and mended", () => {
  const project = new Project(CONFIGS.preparation);
  let digests: Readonly<Record<string, string>>;
  beforeAll(async () => {
    project.make();
    expectDone(await project.run("run"));
    digests = outputDigests(project.store);
  });
  afterAll(() => project[Symbol.dispose]());

  /** The first part of an output, by the node's latest artifact. */
  function part(node: string, output: string): string {
    const { file } = partsOf(manifests(project.store).get(node)!, output)[0]!;
    return join(project.store, node, "latest", file);
  }

  /** Changes one bit in the middle of a file. */
  function flip(path: string): void {
    const bytes = readFileSync(path);
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(path, bytes);
  }

  /** The same, leaving its times to the nanosecond as they were. */
  function rot(path: string): void {
    const reference = project.file("reference", "");
    execFileSync("touch", ["-r", path, reference]);
    flip(path);
    execFileSync("touch", ["-r", reference, path]);
  }

  /** Checks that only these nodes ran, that all is whole again and of the bytes that it was. */
  function expectMended(left: Left, ran: readonly string[]): void {
    expectDone(left);
    const ended = Object.entries(outcomes(left.events));
    expect(ended.filter(([, how]) => how === "ran").map(([node]) => node)).toEqual(ran);
    expect([...expectWhole(project.store)].sort()).toEqual([...NODES].sort());
    expect(outputDigests(project.store)).toEqual(digests);
  }

  it("a part of other content and a later time: named as corrupt, its node made again", async () => {
    flip(part("tokenize", "sentences"));
    const status = await project.run("status", "--exit-code");
    expect(status.stdout).toMatch(/^tokenize +stale +sentences\/part-00000\.parquet is corrupt$/m);
    expect(status.status).toBe(3);
    const why = await project.run("why", "tokenize");
    expect(why.stdout).toMatch(/^corrupt +sentences\/part-00000\.parquet /m);
    const left = await project.run("run", "--ui", "json");
    expect(left.events).toContainEqual(
      expect.objectContaining({
        type: "node-planned",
        node: "tokenize",
        why: [{ field: "corrupt", name: "sentences/part-00000.parquet" }],
      }),
    );
    expectMended(left, ["tokenize"]);
  });

  it("one of unchanged size and time: found by its digest when it is read, and said", async () => {
    rot(part("tokenize", "sentences"));
    const left = await project.run("run", "--ui", "json", "--force", "sop-pairs");
    expect(left.events).toContainEqual(
      expect.objectContaining({
        type: "node-log",
        node: "tokenize",
        level: "warn",
        message: "sentences/part-00000.parquet is damaged: tokenize is made again",
      }),
    );
    expectMended(left, ["tokenize", "sop-pairs"]);
  });

  it("one that is looked at: refused with 5", async () => {
    rot(part("sop-pairs", "examples"));
    expectFailure(await project.run("inspect", "sop-pairs"), {
      status: 5,
      error: "the artifact of sop-pairs is damaged",
      where: "examples/part-00000.parquet",
      expected: /^sha256 [0-9a-f]{64}$/,
      got: /^sha256 [0-9a-f]{64}$/,
      do: "run the pipeline again",
    });
    expectMended(await project.run("run", "--ui", "json", "--force", "sop-pairs"), ["sop-pairs"]);
  });

  it.each([
    ["cut short", (path: string) => truncateSync(path, 100), "corrupt"],
    ["removed", (path: string) => rmSync(path), "missing"],
  ])("one that is %s", async (_, damage, problem) => {
    damage(part("vocab", "vocab"));
    const left = await project.run("run", "--ui", "plain");
    expectDone(left);
    expect(left.stdout).toContain(`vocab: vocab/part-00000.parquet is ${problem}`);
    expect(left.stdout).toMatch(/^vocab +ran /m);
    expect(left.stdout).toMatch(/^tokenize +fresh /m);
    expect(outputDigests(project.store)).toEqual(digests);
    expectWhole(project.store);
  });

  it.each([
    ["cut short", (path: string) => truncateSync(path, statSync(path).size >> 1)],
    ["replaced by another's", (path: string) => writeFileSync(path, '{"version":1}')],
  ])("a manifest that is %s: passed over, said, its node made again", async (_, damage) => {
    damage(join(project.store, "vocab/latest/manifest.json"));
    const left = await project.run("run", "--ui", "json");
    expectSafe(left);
    expect(left.stderr).toMatch(/^note: .*vocab\/[0-9a-f]{64}\/manifest\.json is not a manifest/);
    expectMended({ ...left, stderr: "" }, ["vocab"]);
  });

  it("a latest link that is a file, and caches that are no JSON: set right, nothing run", async () => {
    rmSync(join(project.store, "vocab/latest"));
    writeFileSync(join(project.store, "vocab/latest"), "");
    for (const name of ["files.json", "code.json"])
      writeFileSync(join(project.store, ".cache", name), '{"a":');
    expectMended(await project.run("run", "--ui", "json"), []);
  });
});
