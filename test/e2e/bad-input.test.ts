import { chmodSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectWhole } from "./artifacts.ts";
import { CONFIGS, Project } from "./project.ts";
import { expectDone, expectFailure, type Failure } from "./said.ts";

/** Another corpus for one run. */
function sources(files: string): string {
  return `ingest.sources=${JSON.stringify([{ kind: "text", files }])}`;
}

describe("bad input leaves a message, an exit code and what was finished", () => {
  const project = new Project(CONFIGS.preparation);
  let nodes: readonly string[];
  beforeAll(async () => {
    project.make();
    expectDone(await project.run("run"));
    nodes = expectWhole(project.store);
  });
  afterAll(() => project[Symbol.dispose]());

  async function fails(args: readonly string[], failure: Failure): Promise<void> {
    expectFailure(await project.run("run", ...args), failure);
    expect(expectWhole(project.store)).toEqual(nodes);
  }

  it("a source that is not there", () =>
    fails(["--set", sources("absent/*.txt")], {
      status: 1,
      error: "no file matches absent/*.txt",
      where: join(project.folder, "absent"),
      expected: "at least one file",
      got: "a folder that does not exist",
      do: project.folder,
    }));

  it("a folder where files are wanted", () =>
    fails(["--set", sources("corpus")], {
      status: 1,
      error: "is a folder",
      where: join(project.folder, "corpus"),
      do: 'name what to read in it, such as "corpus/**/*.txt"',
    }));

  it("a link that leads nowhere", async () => {
    mkdirSync(join(project.folder, "dangling"));
    symlinkSync("nowhere.txt", join(project.folder, "dangling/a.txt"));
    await fails(["--set", sources("dangling/a.txt")], {
      status: 1,
      error: "dangling/a.txt cannot be read",
      where: join(project.folder, "dangling/a.txt"),
      got: "a link that leads nowhere",
    });
  });

  it("a file without permission", async ({ skip }) => {
    skip(process.getuid?.() === 0, "root may read any file");
    chmodSync(project.file("secret/a.txt", "A sentence. Another.\n"), 0);
    await fails(["--set", sources("secret/a.txt")], {
      status: 1,
      error: "permission denied",
      where: "secret/a.txt",
      do: "permissions",
    });
  });

  it.each([
    ["of no bytes", ""],
    ["of white space", " \n\t\n"],
  ])("a corpus %s", async (_, text) => {
    project.file("empty/a.txt", text);
    await fails(["--set", sources("empty/*.txt")], {
      status: 1,
      error: "the corpus is empty",
      where: "ingest, output documents",
      expected: "at least one row",
      got: "none",
    });
  });

  it("a binary file", async () => {
    const pdf = Buffer.concat([Buffer.from("%PDF-1.7\n"), Buffer.from([1, 0, 2])]);
    project.file("binary/report.txt", pdf);
    await fails(["--set", sources("binary/*.txt")], {
      status: 1,
      error: "binary/report.txt is not a text file",
      where: "binary/report.txt, byte 10",
      expected: "text without NUL bytes",
      got: "a PDF file",
      do: "leave it out",
    });
  });

  it("bytes that are no UTF-8, by file, line and byte", async () => {
    const text = Buffer.concat([
      Buffer.from("전체.\nA caf"),
      Buffer.from([0xe9]),
      Buffer.from(".\n"),
    ]);
    project.file("latin/menu.txt", text);
    await fails(["--set", sources("latin/*.txt")], {
      status: 1,
      error: "latin/menu.txt is not valid UTF-8",
      where: "latin/menu.txt:2, byte 13",
      expected: "UTF-8",
      got: "byte 0xe9",
      do: 'encoding: "latin1"',
    });
  });

  it("a vocabulary larger than the corpus supports", () =>
    fails(["--set", "vocab.size=30000"], {
      status: 1,
      error: "the corpus supports no vocabulary of 30000 pieces",
      where: "vocab.size",
      expected: /^at most \d+ pieces, from pairs that occur 2 times or more$/,
      got: "30000 pieces",
      do: /set size to \d+ or less, lower minFrequency, or add text/,
    }));

  it.each([
    [
      ["--set", "sop-pairs.maxSeqLength=0"],
      { error: "sop-pairs.maxSeqLength", where: "sop-pairs.maxSeqLength", got: "0" },
    ],
    [
      ["--set", "vocab.sice=300"],
      { error: "vocab.sice: no such parameter", where: "vocab.sice", do: "did you mean size?" },
    ],
    [["tokenise"], { error: "there is no node tokenise", do: "did you mean tokenize?" }],
    [["--dryrun"], { error: "run has no option --dryrun", do: "did you mean --dry-run?" }],
    [["--config", "none.ts"], { error: "there is no such config", where: "none.ts" }],
  ] as const)("a mistake on the command line: run %j", (args, failure) =>
    fails(args, { status: 2, ...failure }),
  );

  it("a command that there is not", async () => {
    expectFailure(await project.run("rum"), {
      status: 2,
      error: "there is no command rum",
      do: "did you mean run?",
    });
  });

  it("a parameter that is wrong in the config", async () => {
    const wrong = CONFIGS.preparation.replace("maxSeqLength: 48", "maxSeqLength: '48'");
    project.file("wrong.config.ts", wrong);
    await fails(["--config", "wrong.config.ts"], {
      status: 2,
      error: "sop-pairs.maxSeqLength: expected number, received string",
      where: "sop-pairs.maxSeqLength",
      expected: "number",
      got: '"48"',
    });
  });

  it("a config that is no TypeScript", async () => {
    project.file(
      "broken.config.ts",
      "const answer = 42;\nexport default definePipeline({ name: );\n",
    );
    await fails(["--config", "broken.config.ts"], {
      status: 2,
      error: "the config cannot be read: Unexpected",
      where: /broken\.config\.ts:2:\d+$/,
    });
  });

  it("a folder without a config", async () => {
    using bare = new Project("").make();
    expectFailure(await bare.run("run", "--config", "pipeline.config.ts"), {
      status: 2,
      error: "pipeline.config.ts does not export a pipeline",
      expected: "export default definePipeline",
      got: "no default export",
    });
  });

  it("and after all of them every node is fresh", async () => {
    const after = await project.run("status", "--exit-code");
    expectDone(after);
    expect(after.stdout.match(/ fresh /g)).toHaveLength(nodes.length);
  });
});

describe("documents of one sentence only", () => {
  const HALVES = CONFIGS.whole.replace("size: 200", "size: 40");
  const corpusOf = (sentence: (index: number) => string) =>
    Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`line-${index}.txt`, `${sentence(index)}\n`]),
    );

  it("give examples of their two halves", async () => {
    const documents = corpusOf((index) => `The committee opened bridge number ${index % 5} again.`);
    using project = new Project(HALVES, documents).make();
    const left = await project.run("run", "sop-pairs");
    expectDone(left);
    expect(left.stdout).toMatch(/^done +sop-pairs: 20 rows of examples, /m);
    const shown = await project.run("inspect", "sop-pairs", "--rows", "1");
    expect(shown.stdout).toMatch(/sentences 0–1 \| 0–1 /);
  });

  it("too short for that are counted, and a corpus of nothing else is refused", async () => {
    const documents = corpusOf((index) => `Yes, bridge ${index % 3}.`);
    using project = new Project(HALVES.replace("size: 40", "size: 26"), documents).make();
    const left = await project.run("run", "--ui", "plain");
    expect(left.stdout).toMatch(
      /^info +sop-pairs: documents too short to have two segments: 20 \(\d+ pieces\); /m,
    );
    expectFailure(left, {
      status: 1,
      error: "sop-pairs: the corpus gives no example",
      where: "sop-pairs",
      got: "20 documents, all too short",
      do: "ingest longer documents",
    });
    expect(expectWhole(project.store)).not.toContain("sop-pairs");
  });
});
