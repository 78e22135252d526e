import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CliRig } from "./rig.ts";

const CONTROL = /[^\P{Cc}\n]/u;

describe("looking back at runs", { timeout: 240_000 }, () => {
  const rig = new CliRig();
  beforeAll(async () => {
    rig.file("a.txt", "a planning tree\x1b]0;owned\x07\n");
    rig.config(["a.txt"]);
    const [first, second] = await rig.each([["run"], ["run", "--set", "score.steps=5"]]);
    expect([first!.status, second!.status]).toEqual([0, 0]);
  });
  afterAll(() => rig[Symbol.dispose]());
  const logs = () =>
    readdirSync(join(rig.folder, "artifacts/.runs"))
      .filter((name) => name.endsWith(".jsonl"))
      .sort();

  it("lists, shows and compares runs, without a config", async () => {
    const config = readFileSync(join(rig.folder, "pipeline.config.ts"), "utf8");
    rmSync(join(rig.folder, "pipeline.config.ts"));
    const [list, show, named, diff, same, json] = await rig.each([
      ["runs"],
      ["runs", "show"],
      ["runs", "show", logs()[0]!.slice(0, -6)],
      ["runs", "diff"],
      ["runs", "diff", "latest", "latest"],
      ["runs", "diff", "--json"],
    ]);
    rig.file("pipeline.config.ts", config);
    expect(list!.stdout.trimEnd().split("\n")).toHaveLength(4);
    expect(list!.stdout).toMatch(/^\S+ +\S+ \S+ +toy +done +[\d.]+ s +1 +3 +0$/m);
    expect(show!.stdout).toMatch(/^score +ran +[\d.]+ s +1 +0 +params\.steps 3 → 5$/m);
    expect(show!.stdout).toMatch(/^toy +0\.7500$/m);
    expect(named!.stdout).toMatch(/^score +ran .*never run$/m);
    expect(diff!.stdout).toMatch(/^score\.steps +3 +5$/m);
    expect(diff!.stdout).toMatch(/^read +ran [\d.]+ s +cached +the same$/m);
    expect(diff!.stdout).toMatch(/^toy +0\.7500 +0\.7500 +0$/m);
    expect(same!.stdout).toContain("The same pipeline, seed, parameters and machine.");
    expect(JSON.parse(json!.stdout)).toMatchObject([
      { run: { state: "done" } },
      { scores: [{ value: 0.75 }] },
    ]);
    for (const { status, stderr, stdout } of [list!, show!, named!, diff!, same!]) {
      expect([status, stderr]).toEqual([0, ""]);
      expect(stdout).not.toMatch(CONTROL);
    }
  });

  it("still compares where the artifacts are gone, and passes over logs of a newer version", async () => {
    rmSync(join(rig.folder, "artifacts/score"), { recursive: true });
    const newer = join(rig.folder, "artifacts/.runs/99990101T000000000Z-1.jsonl");
    writeFileSync(newer, '{"v":99,"time":1,"run":"r","type":"run-started"}\n');
    const [show, list, wanted] = await rig.each([
      ["runs", "show", "~1"],
      ["runs"],
      ["runs", "show", "9999"],
    ]);
    rmSync(newer);
    expect(show!.stdout).toMatch(/^toy +0\.7500$/m);
    expect(list!.stderr).toContain("passed over");
    expect(list!.status).toBe(0);
    expect(wanted!.status).not.toBe(0);
    expect(wanted!.stderr).toContain("newer version");
    expect(wanted!.stderr).not.toContain("    at ");
  });

  it("says in a line what it does not know", async () => {
    const [action, run, ago, many, store] = await rig.each([
      ["runs", "dif"],
      ["runs", "show", "nonesuch"],
      ["runs", "show", "~9"],
      ["runs", "list", "latest"],
      ["runs", "show", "--store", "nowhere"],
    ]);
    expect(action!.stderr).toContain("did you mean diff?");
    expect(run!.stderr).toContain("there is no run nonesuch");
    expect(ago!.stderr).toContain("2 runs");
    expect(many!.stderr).toContain("nothing more");
    expect(store!.stderr).toContain("no run was logged here");
    for (const { status, stderr } of [action!, run!, ago!, many!, store!]) {
      expect(status).toBeGreaterThan(0);
      expect(stderr).not.toContain("    at ");
    }
  });

  it("draws the graph as text, mermaid and dot", async () => {
    const [text, mermaid, dot, both] = await rig.each([
      ["graph"],
      ["graph", "--mermaid"],
      ["graph", "--dot"],
      ["graph", "--dot", "--mermaid"],
    ]);
    expect(text!.stdout).toBe(
      [
        "○ read",
        "│ ○ pieces",
        "├─╯",
        "○ pairs     reads read.text, pieces.tokenizer",
        "○ score     reads pairs.examples",
        "",
      ].join("\n"),
    );
    expect(mermaid!.stdout).toContain("flowchart TD\n");
    expect(mermaid!.stdout).toContain("  n_read -->|text| n_pairs\n");
    expect(dot!.stdout).toContain('  "pieces" -> "pairs" [label="tokenizer"];\n');
    expect(both!.status).toBe(2);
  });

  it("writes a report, and says what it cannot", async () => {
    const [made, stdout, folder, missing] = await rig.each([
      ["report"],
      ["report", "--run", "~1", "-o", "-"],
      ["report", "-o", "artifacts"],
      ["report", "-o", "no/such/folder.html"],
    ]);
    expect(made!.stdout).toMatch(/^report\.html +[\d.]+ kB\nopen it in a browser: file:/);
    expect(readFileSync(join(rig.folder, "report.html"), "utf8")).toContain(
      "<title>toy: report</title>",
    );
    expect(stdout!.stdout.startsWith("<!doctype html>")).toBe(true);
    expect(folder!.stderr).toContain("cannot be written");
    expect(missing!.stderr).toContain("no such folder");
    const [nothing] = await rig.each([["report", "--store", "nowhere"]]);
    expect(nothing!.stderr).toContain("nothing has been run yet");
    expect(nothing!.status).toBe(1);
  });
});

describe("completion", () => {
  const rig = new CliRig();
  const scripts: Record<string, string> = {};
  beforeAll(async () => {
    rig.file("a.txt", "a tree\n");
    rig.config(["a.txt"]);
    const shells = ["bash", "zsh", "fish"];
    const [wrong, run, nodes, ...made] = await rig.each([
      ["completion", "bahs"],
      ["run"],
      ["completion", "nodes"],
      ...shells.map((shell) => ["completion", shell]),
    ]);
    expect(wrong!.stderr).toContain("did you mean bash?");
    expect(run!.status).toBe(0);
    expect(nodes!.stdout).toBe("read\npieces\npairs\nscore\n");
    shells.forEach((shell, index) => {
      expect(made[index]!.status).toBe(0);
      scripts[shell] = rig.file(`completion.${shell}`, made[index]!.stdout);
    });
    // Stands for the installed program, which the scripts ask for nodes.
    rig.file("pipeline", "#!/bin/sh\nprintf 'read\\npieces\\npairs\\nscore\\n'\n");
    spawnSync("chmod", ["+x", join(rig.folder, "pipeline")]);
  });
  afterAll(() => rig[Symbol.dispose]());

  const shell = (program: string, script: string) => {
    const { stdout, stderr, error } = spawnSync(program, ["-c", script], {
      encoding: "utf8",
      env: { ...process.env, PATH: `${rig.folder}:${process.env["PATH"]}`, HOME: rig.folder },
    });
    if (error !== undefined) throw error;
    expect(stderr).toBe("");
    return stdout.trim().split(/\s+/);
  };
  const has = (program: string) => spawnSync(program, ["-c", "true"]).error === undefined;
  const bash = (...words: readonly string[]) =>
    shell(
      "bash",
      `source '${scripts["bash"]}'; COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length - 1}; _pipeline; echo "\${COMPREPLY[@]}"`,
    );

  it.skipIf(!has("bash"))("bash completes commands, options, values and nodes", () => {
    expect(bash("pipeline", "ru")).toEqual(["run", "runs"]);
    expect(bash("pipeline", "run", "--fo")).toEqual(["--force"]);
    expect(bash("pipeline", "run", "--ui", "p")).toEqual(["plain"]);
    expect(bash("pipeline", "why", "p")).toEqual(["pieces", "pairs"]);
    expect(bash("pipeline", "runs", "d")).toEqual(["diff"]);
    expect(bash("pipeline", "report", "-o", join(rig.folder, "a."))).toEqual([
      join(rig.folder, "a.txt"),
    ]);
  });

  it.skipIf(!has("fish"))("fish does (skipped where there is none)", () => {
    const fish = (line: string) =>
      shell("fish", `source '${scripts["fish"]}'; complete -C '${line}' | cut -f1`);
    expect(fish("pipeline ru")).toEqual(["run", "runs"]);
    expect(fish("pipeline run --fo")).toEqual(["--force"]);
    expect(fish("pipeline run --ui p")).toEqual(["plain"]);
    expect(fish("pipeline why p").sort()).toEqual(["pairs", "pieces"]);
  });

  it.skipIf(!has("zsh"))("zsh does (skipped where there is none)", () => {
    const zsh = (...words: readonly string[]) =>
      shell(
        "zsh",
        `compadd() { shift; print -l -- "$@" }; source '${scripts["zsh"]}'; words=(${words.map((word) => `'${word}'`).join(" ")}); CURRENT=${words.length}; _pipeline`,
      );
    expect(zsh("pipeline", "ru")).toContain("runs");
    expect(zsh("pipeline", "run", "--fo")).toContain("--force");
    expect(zsh("pipeline", "run", "--ui", "p")).toContain("plain");
    expect(zsh("pipeline", "why", "p")).toContain("pieces");
  });
});
