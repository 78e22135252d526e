import { spawn } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CliRig, ended, type Left } from "./rig.ts";

const bin = join(import.meta.dirname, "../../bin/pipeline.js");
const spiece = join(import.meta.dirname, "../gold/tiny.spiece.model");
const PIECES = [
  "[PAD]",
  "[UNK]",
  "[CLS]",
  "[SEP]",
  "[MASK]",
  "plan",
  "##ning",
  "\x1b[31mred",
  "中",
  "cafe",
  "café",
];

describe("pipeline encode", () => {
  const rig = new CliRig();
  let vocab: string;
  beforeAll(() => {
    vocab = rig.file("vocab.txt", `${PIECES.join("\n")}\n`);
    rig.config(["a.txt"]);
    rig.file("a.txt", "a planning tree");
  });
  afterAll(() => rig[Symbol.dispose]());

  const piped = (input: string, ...args: readonly string[]): Promise<Left> => {
    const child = spawn(process.execPath, [bin, "encode", ...args], { cwd: rig.folder });
    child.stdin.end(input);
    return ended(child);
  };

  it("shows pieces, ids, places and word starts of a text, aligned", async () => {
    const [left] = await rig.each([["encode", "--vocab", vocab, "Planning 🎉 中 x"]]);
    expect(left!.status).toBe(0);
    expect(left!.stdout).toBe(
      `${[
        "piece   id  from  to  word    text",
        "──────  ──  ────  ──  ──────  ────",
        "plan    5   0     4   begins  Plan",
        "##ning  6   4     8           ning",
        "[UNK]   1   9     10  begins  🎉",
        "中      8   11    12  begins  中",
        "[UNK]   1   13    14  begins  x",
      ].join("\n")}\n`,
    );
  });

  it("takes a vocab.txt's options, and refuses those that a file or the pipeline says itself", async () => {
    const at = ["encode", "--json", "--vocab", vocab];
    const lefts = await rig.each([
      [...at, "CAFÉ"],
      [...at, "--strip-accents", "false", "CAFÉ"],
      [...at, "--lowercase", "false", "CAFÉ"],
      [...at, "--strip-accents", "false", "--normal-form", "nfc", "cafe\u0301"],
      [...at, "--lowercase", "maybe", "a"],
      ["encode", "--lowercase", "true", "a"],
      ["encode", "--vocab", spiece, "--normal-form", "nfc", "a"],
      ["encode", "--vocab", vocab, "--node", "pieces", "a"],
      ["encode", "--vocab", join(rig.folder, "none.txt"), "a"],
      ["encode", "a", "b"],
    ]);
    const ids = lefts.slice(0, 4).map(({ stdout }) => JSON.parse(stdout).ids);
    expect(ids).toEqual([[9], [10], [1], [10]]);
    expect(lefts.map(({ status }) => status)).toEqual([0, 0, 0, 0, 2, 2, 1, 2, 1, 2]);
    for (const { stderr } of lefts.slice(4)) {
      expect(stderr).toMatch(/^error/);
      expect(stderr).not.toMatch(/^ +at /m);
    }
  });

  it("takes the pipeline's tokenizer once it is there", async () => {
    const [before, , after, named, other] = await rig.each([
      ["encode", "planning"],
      ["run", "pieces"],
      ["encode", "--json", "planning tree"],
      ["encode", "--json", "--node", "pieces", "tree"],
      ["encode", "--node", "read", "tree"],
    ]);
    expect([before!.status, before!.stderr]).toEqual([
      1,
      expect.stringContaining("has not been run"),
    ]);
    expect(JSON.parse(after!.stdout)).toEqual({
      text: "planning tree",
      pieces: ["plan", "##ning", "tree"],
      ids: [2, 6, 4],
      offsets: [
        [0, 4],
        [4, 8],
        [9, 13],
      ],
      word_starts: [1, 0, 1],
    });
    expect(JSON.parse(named!.stdout).ids).toEqual([4]);
    expect(other!.status).not.toBe(0);
  });

  it("reads a text a line from standard input, with - and without", async () => {
    for (const dash of [[], ["-"]]) {
      const { status, stdout } = await piped("plan\r\n\n中", "--json", "--vocab", vocab, ...dash);
      expect(status).toBe(0);
      const rows = stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line));
      expect(rows.map(({ text, ids }) => [text, ids])).toEqual([
        ["plan", [5]],
        ["", []],
        ["中", [8]],
      ]);
    }
    const table = await piped("plan\n\nplan\n", "--vocab", vocab);
    expect(table.stdout.split("\n\n")).toHaveLength(3);
  });

  it("encodes by a SentencePiece model", async () => {
    const { stdout } = await piped("나라의\n", "--vocab", spiece, "--json");
    expect(JSON.parse(stdout)).toMatchObject({ pieces: ["▁나라의"], word_starts: [1] });
  });

  it("lets nothing through that a terminal acts on", async () => {
    const hostile = "\x1b]0;title\x07 \u202ered \x9b31m plan";
    const table = await piped(`${hostile}\n`, "--vocab", vocab);
    expect(table.stdout).toContain("plan");
    const control = /[^\P{Cc}\n]|[\u202a-\u202e]/u;
    expect(table.stdout).not.toMatch(control);
    const json = await piped(`${hostile}\n`, "--json", "--vocab", vocab);
    expect(json.stdout).not.toMatch(control);
    expect(JSON.parse(json.stdout).text).toBe(hostile);
  });

  it("ends quietly where nobody reads on, and reads more than fits into memory's buffers", async () => {
    const child = spawn(process.execPath, [bin, "encode", "--json", "--vocab", vocab], {
      cwd: rig.folder,
    });
    child.stdin.on("error", () => {});
    const feed = (): void => {
      while (child.stdin.writable && child.stdin.write("plan planning 中\n".repeat(1000)));
    };
    child.stdin.on("drain", feed);
    feed();
    let lines = 0;
    let stderr = "";
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    child.stdout.on("data", (chunk: Buffer) => {
      lines += chunk.toString().split("\n").length - 1;
      if (lines > 2000) child.stdout.destroy();
    });
    const status = await new Promise((resolve) => child.on("exit", resolve));
    child.stdin.destroy();
    expect([status, stderr]).toEqual([0, ""]);
    expect(lines).toBeGreaterThan(2000);
  });
});
