import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunEvent } from "../../engine/index.ts";
import { CliRig, type Left } from "./rig.ts";

const CONTROL = /[^\P{Cc}\n]/u;

describe("a pipeline from first run to edit", () => {
  const rig = new CliRig();
  let first: Left;
  beforeAll(async () => {
    rig.file("a.txt", "a planning tree\x1b]0;owned\x07\n");
    rig.file("b.txt", "another\n");
    rig.config(["a.txt", "b.txt"]);
    first = await rig.run("run");
  });
  afterAll(() => rig[Symbol.dispose]());
  const each = async <const C extends readonly (readonly string[])[]>(...commands: C) =>
    (await rig.each(commands)) as { readonly [K in keyof C]: Left };

  it("runs without a terminal in plain lines and ends with nodes, tables and paths", () => {
    expect(first.stderr).toBe("");
    expect(first.status).toBe(0);
    expect(first.stdout).toMatch(/^toy: 4 nodes, seed 7, \d+ jobs?, store /);
    expect(first.stdout).toContain("stale    read: never run");
    expect(first.stdout).toContain("done     pairs: 1 rows of examples in ");
    expect(first.stdout).toMatch(/^read +ran +[\d.]+ s +never run/m);
    expect(first.stdout).toMatch(/^scores\ntask +value +baseline\n[─ ]+\ntoy +0\.7500 +0\.5000$/m);
    expect(first.stdout).toMatch(/^scores +artifacts\/score\/latest\/scores$/m);
    expect(first.stdout).not.toMatch(CONTROL);
  });

  it("then knows that everything is fresh, and why", async () => {
    const again = await rig.run("run", "--ui", "plain");
    expect(again.status).toBe(0);
    expect(again.stdout).not.toContain("running");
    expect(again.stdout).toMatch(/^read +fresh +[0-9a-f]{12}: code, params, 2 files unchanged$/m);
    expect(again.stdout).toMatch(
      /^pairs +fresh +[0-9a-f]{12}: code, params, text, tokenizer unchanged$/m,
    );
    expect(again.stdout).toMatch(/^toy +0\.7500 +0\.5000$/m);
  });

  it("shows the scores of several nodes as one table", async () => {
    const again = 'const { scores: more } = score({ examples }, {}, { as: "score-again" });';
    rig.config(["a.txt", "b.txt"], again, "scores: [scores, more]");
    const { status, stdout } = await rig.run("run");
    expect(status).toBe(0);
    const row = "toy +0\\.7500 +0\\.5000\n";
    expect(stdout).toMatch(new RegExp(`^scores\ntask +value +baseline\n[─ ]+\n${row}${row}$`, "m"));
    expect(stdout).toMatch(/^scores +artifacts\/score-again\/latest\/scores$/m);
    rig.config(["a.txt", "b.txt"]);
  });

  it("json is one event a line and nothing else", async () => {
    rig.config(["a.txt", "b.txt"], 'console.log("printed by the config");');
    const { status, stdout, stderr } = await rig.run("run", "--ui", "json", "--force", "read");
    expect(status).toBe(0);
    expect(stderr).toBe("printed by the config\n");
    const events = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as RunEvent);
    expect(events[0]).toMatchObject({ v: 1, type: "run-started", pipeline: "toy" });
    expect(events.at(-1)).toMatchObject({ type: "run-finished", state: "done" });
    expect(events).toContainEqual(
      expect.objectContaining({ type: "node-log", message: "read another" }),
    );
    expect(new Set(events.map(({ run }) => run)).size).toBe(1);
  });

  it("status says fresh, and stale with 3 after an edit; why says what differs", async () => {
    expect((await rig.run("status", "--exit-code")).status).toBe(0);
    rig.file("b.txt", "another, edited\n");
    const [stale, why, later, dry, json] = await each(
      ["status", "--exit-code"],
      ["why", "read"],
      ["why", "score"],
      ["run", "--dry-run", "--set", "read.upper=true"],
      ["status", "--json"],
    );
    expect(stale.status).toBe(3);
    expect(stale.stdout).toMatch(/^read +stale +file b\.txt changed$/m);
    expect(stale.stdout).toMatch(/^pieces +fresh /m);
    expect(stale.stdout).toMatch(/^pairs +waiting +reads read$/m);
    expect(why.stdout).toMatch(
      /^read is stale\. What differs from its last artifact, [0-9a-f]{12} of 2/,
    );
    expect(why.stdout).toMatch(/^file +b\.txt +[0-9a-f]{12} +[0-9a-f]{12}$/m);
    expect(later.stdout).toMatch(/^score reads pairs, which must run first\. Nothing else differs/);
    expect(dry.status).toBe(0);
    expect(dry.stdout).toContain("params.upper false → true; file b.txt changed");
    expect(dry.stdout).toContain(
      "1 to run, 2 to be decided when their inputs are there, 1 fresh; nothing was run",
    );

    expect(JSON.parse(json.stdout)).toMatchObject({
      pipeline: "toy",
      nodes: [{ node: "read", state: "stale" }, {}, {}, {}],
    });
  });

  it("a parameter of the command line reruns only what depends on it", async () => {
    const { status, stdout } = await rig.run("run", "--set", "score.steps=5");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^score +ran .*params\.steps 3 → 5/m);
    expect(stdout).toMatch(/^pieces +fresh/m);
    expect(stdout).toMatch(/^pairs +(fresh|ran)/m);
  });

  it("inspect decodes examples, with nothing in them that a terminal acts on", async () => {
    const [examples, text, scores] = await each(
      ["inspect", "pairs"],
      ["inspect", "read.text", "--rows", "1"],
      ["inspect", "score.scores"],
    );
    expect(examples.stdout).toContain("pairs.examples: 1 rows, 1 part");
    expect(examples.stdout).toContain("7 pieces  order: swapped, B came first");
    expect(examples.stdout).toMatch(/text A +\[CLS\] planning \[SEP\]$/m);
    expect(examples.stdout).toMatch(/masked A +\[CLS\] plan \[MASK\] \[SEP\]$/m);
    expect(examples.stdout).toMatch(/text B +red tree \[SEP\]$/m);
    expect(examples.stdout).toMatch(/predict +2: ##ning, 4: red \(kept\)$/m);
    expect(text.stdout).toMatch(/^ {2}text +a planning tree$/m);
    expect(text.stdout).not.toContain("another");
    expect(scores.stdout).toMatch(/^toy +0\.7500 +0\.5000$/m);
    for (const { status, stdout } of [examples, text, scores]) {
      expect(status).toBe(0);
      expect(stdout).not.toMatch(CONTROL);
    }
  });

  it("path prints a folder of parts and nothing else", async () => {
    const { status, stdout } = await rig.run("path", "pairs.examples");
    expect(status).toBe(0);
    expect(stdout.endsWith("/examples\n")).toBe(true);
    expect(stdout.startsWith(join(rig.folder, "artifacts", "pairs"))).toBe(true);
    expect(readdirSync(stdout.trimEnd())).toEqual(["part-00000.parquet"]);
  });

  it("--store and --config are relative to where the command is run", async () => {
    const { status, stdout } = await rig.run(
      "run",
      "read",
      "--store",
      "other",
      "--config",
      "./pipeline.config.ts",
    );
    expect(status).toBe(0);
    expect(stdout).toContain(`store ${join(rig.folder, "other")}`);
    expect(existsSync(join(rig.folder, "other", "read", "latest", "manifest.json"))).toBe(true);
  });
});

describe("help", () => {
  const rig = new CliRig();
  afterAll(() => rig[Symbol.dispose]());

  it("is there for all commands and for each, without a config", async () => {
    const names = [
      "init",
      "run",
      "status",
      "why",
      "inspect",
      "graph",
      "runs",
      "report",
      "encode",
      "path",
      "doctor",
      "completion",
    ];
    const [all, version, none, ...each] = await rig.each([
      ["--help"],
      ["--version"],
      [],
      ...names.map((name) => [name, "--help"]),
    ]);
    for (const name of names) expect(all!.stdout).toMatch(new RegExp(`^  ${name} `, "m"));
    expect(version!.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(none!.status).toBe(2);
    for (const [index, { status, stdout }] of each.entries()) {
      expect(status).toBe(0);
      expect(stdout).toMatch(new RegExp(`^Usage: pipeline ${names[index]} `));
      expect(stdout).toContain("--help");
    }
  });
});
