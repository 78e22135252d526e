import { renameSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Left } from "./command.ts";
import { corpus } from "./corpus.ts";
import { config, Project } from "./project.ts";
import { expectDone, expectFailure } from "./said.ts";

const RED = "\x1b[31mred\x1b[0m";
const LINK = "\x1b]8;;http://elsewhere.example\x07click\x1b]8;;\x07";
const TITLE = "\x9d0;owned\x9c";
const REVERSED = "\u202eesrever\u202c";
const PROTOTYPE = "__proto__ constructor toString hasOwnProperty";

/** Sentences that a terminal, or an object used as a map, would act on. */
const SENTENCES = [
  `The ${RED} door was closed with ${LINK} by the captain.`,
  `A ${REVERSED} word and a bell \x07 rang, and ${TITLE} was said.`,
  `The ${PROTOTYPE} of the old harbour.`,
  "A line\u2028separator, a\ttab, a\rreturn and a tag \u{e0041}.",
];

describe("hostile text goes through whole runs and never acts on the terminal", () => {
  const project = new Project(
    config(
      `const { documents } = ingest({}, {
  sources: [text({ name: "files", files: "corpus/*.txt" }), jsonl({ name: "lines", files: "lines/*.jsonl", textField: "text", keyField: "key" })],
});
const { tokenizer } = wordpieceVocab({ documents }, { size: 250, minFrequency: 1, lowercase: false });
const { sentences } = tokenize({ documents, tokenizer });
const { examples } = sopPairs({ sentences, tokenizer }, { maxSeqLength: 64, auditLimits: { heldoutOverlap: 1 } });`,
      "examples",
    ),
    { ...corpus(10, 6), [`${RED}.txt`]: `${SENTENCES.join(" ")}\n`, "__proto__.txt": PROTOTYPE },
  );
  const keys = ["__proto__", "constructor", `${LINK}${REVERSED}`, "\x9b2J"];
  let first: Left;
  beforeAll(async () => {
    project.make();
    const lines = keys.map((key) => JSON.stringify({ key, text: SENTENCES.join("\n") }));
    project.file("lines/a.jsonl", `${lines.join("\n")}\n`);
    first = await project.run("run", "--ui", "plain");
  });
  afterAll(() => project[Symbol.dispose]());

  it("a run", () => {
    expectDone(first);
    expect(first.stdout).toMatch(/^done +ingest: 16 rows of documents /m);
  });

  it.each([
    ["ingest", ["The red door", "click", "esrever", "__proto__ constructor", "lines/a#__proto__"]],
    ["tokenize", ["The red door", "_ _ proto _ _ constructor toString", "lines/a#constructor"]],
    ["sop-pairs", ["hasOwnProperty", "lines/a#__proto__", "files/red  train"]],
  ])("inspect %s", async (node, texts) => {
    const left = await project.run("inspect", node, "--rows", "300");
    expectDone(left);
    for (const text of texts) expect(left.stdout).toContain(text);
  });

  it("status, why and a dry run that name the hostile files", async () => {
    renameSync(
      join(project.folder, `corpus/${RED}.txt`),
      join(project.folder, `corpus/${TITLE}${REVERSED}.txt`),
    );
    for (const args of [["status"], ["why", "ingest"], ["run", "--dry-run"]]) {
      const left = await project.run(...args);
      expectDone(left);
      expect(left.stdout).toContain("files/red.txt");
      expect(left.stdout).toContain("files/esrever.txt");
    }
  });

  it("an error that names one, whose line break passes for no line of ours", async () => {
    const name = `corpus/${TITLE}\nerror: ${RED}.txt`;
    project.file(name, Buffer.from([0x41, 0xff, 0x0a]));
    const left = await project.run("run", "--ui", "plain");
    expectFailure(left, {
      status: 1,
      error: join(project.folder, "corpus/"),
      where: "red.txt:1, byte 1",
    });
    expect(left.stderr).toMatch(/^ {7}error: red\.txt is not valid UTF-8$/m);
    expect(left.stdout).toMatch(/^failed +ingest: .*red\.txt is not valid UTF-8$/m);
  });
});
