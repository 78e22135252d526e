import { once } from "node:events";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CliRig, ended, type Left } from "./rig.ts";

const ALBERT = join(import.meta.dirname, "../../model/config.ts");
const PIPELINE = join(import.meta.dirname, "../../engine/pipeline.ts");
const STACK = /^\s+at /m;

const MISTAKES: readonly (readonly [args: readonly string[], message: string, advice: string])[] = [
  [["rnu"], "there is no command rnu", "did you mean run?"],
  [["run", "--jbos", "2"], "run has no option --jbos", "did you mean --jobs?"],
  [["run", "-j", "0"], "--jobs", "a whole number of at least 1"],
  [["run", "--force=yes"], "--force takes no value", "--force=yes"],
  [["run", "--store"], "--store needs a value", "--store DIR"],
  [["run", "--store", "--dry-run"], "--store needs a value", "write --store=--dry-run"],
  [["run", "--ui", "gui"], "--ui", "tui, plain, json"],
  [["run", "--ui", "tui"], "--ui tui needs a terminal", "--ui plain"],
  [["run", "--set", "read"], "--set cannot be read", "NODE.PARAM=VALUE"],
  [["run", "raed"], "there is no node raed", "did you mean read?"],
  [["run", "--set", "read.uper=true"], "read.uper", "did you mean upper?"],
  [["run", "--set", "read.upper=maybe"], "read.upper", "maybe"],
  [["why"], "why needs the name of one node", "pipeline why --help"],
  [["path", "read", "pairs"], "nothing more", "pairs"],
  [["inspect", "pairs.exmples"], "pairs has no output exmples", "did you mean examples?"],
  [["status", "--config", "absent.ts"], "there is no such config", "absent.ts"],
];

describe("mistakes on the command line end with 2 and say what to do", () => {
  const rig = new CliRig();
  let left: readonly Left[];
  beforeAll(async () => {
    rig.file("a.txt", "text\n");
    rig.config(["a.txt"]);
    const others = [
      ["run", "--store", "a.txt"],
      ["path", "pairs"],
    ];
    left = await rig.each([...MISTAKES.map(([args]) => args), ...others]);
  });
  afterAll(() => rig[Symbol.dispose]());

  it.each(
    MISTAKES.map(([args, ...expected], index) => [args.join(" "), index, ...expected] as const),
  )("%s", (_, index, message, advice) => {
    const { status, stdout, stderr } = left[index]!;
    expect(stderr).toContain(message);
    expect(stderr).toContain(advice);
    expect(stderr).not.toMatch(STACK);
    expect(stdout).toBe("");
    expect(status).toBe(2);
  });

  it("a store that is a file cannot be used", () => {
    const { status, stdout, stderr } = left.at(-2)!;
    expect(stderr).toContain("the store is not a folder");
    expect(stderr).toContain("a.txt");
    expect(stdout).toBe("");
    expect(status).not.toBe(0);
  });

  it("what has not been run cannot be looked at", () => {
    const { status, stdout, stderr } = left.at(-1)!;
    expect(stderr).toContain("pairs has not been run");
    expect(stderr).toContain("pipeline run pairs");
    expect(stdout).toBe("");
    expect(status).toBe(1);
  });
});

const CONFIGS: readonly (readonly [name: string, text: string, where: RegExp, message: string])[] =
  [
    ["syntax.ts", "const a = 1;\nconst b = ;\n", /syntax\.ts:2:/, "Unexpected"],
    ["syntax.mjs", "const a = 1;\nconst b = ;\n", /syntax\.mjs:2:/, "Unexpected"],
    [
      "throws.ts",
      "const a: number = 1;\n\nthrow new RangeError('too much');\n",
      /throws\.ts:3:/,
      "RangeError: too much",
    ],
    ["number.ts", "export default 7 as number;\n", /number\.ts/, "a default export of type number"],
    ["nothing.mjs", "export const pipeline = 1;\n", /nothing\.mjs/, "no default export"],
    [
      "import.ts",
      'import { x } from "no-such-package";\nexport default x;\n',
      /import\.ts/,
      "npm install no-such-package",
    ],
    [
      "seed.ts",
      `import { definePipeline } from "${PIPELINE}";\n\nexport default definePipeline({ name: "a", seed: 0.5, outputs: {} });\n`,
      /a\.seed/,
      "the seed must be an integer",
    ],
    [
      "preset.ts",
      `import { albert } from "${ALBERT}";\n\nexport default albert("tiny", { hiddenSize: 255 });\n`,
      /preset\.ts:3:\d+/,
      "the config is refused: numAttentionHeads: must divide hiddenSize",
    ],
  ];

describe("a config that cannot be used ends with 2 and says where", () => {
  const rig = new CliRig();
  let left: readonly Left[];
  beforeAll(async () => {
    for (const [name, text] of CONFIGS) rig.file(name, text);
    left = await rig.each([...CONFIGS.map(([name]) => ["run", "--config", name]), ["run"]]);
  });
  afterAll(() => rig[Symbol.dispose]());

  it.each(CONFIGS.map(([name, _, ...expected], index) => [name, index, ...expected] as const))(
    "%s",
    (_, index, where, message) => {
      const { status, stdout, stderr } = left[index]!;
      expect(stderr).toMatch(where);
      expect(stderr).toContain(message);
      expect(stderr).not.toMatch(STACK);
      expect(stdout).toBe("");
      expect(status).toBe(2);
    },
  );

  it("a module that Node reads as CommonJS is told what it lacks, or is read all the same", async () => {
    rig.file("common.js", "export default 1;\n");
    const { status, stderr } = await rig.run("status", "--config", "common.js");
    expect(stderr).toMatch(/"type": "module"|a default export of type number/);
    expect(status).toBe(2);
  });

  it("a folder without a config is told how to make one", () => {
    const { status, stderr } = left.at(-1)!;
    expect(stderr).toContain("there is no pipeline.config.ts here");
    expect(stderr).toContain("definePipeline");
    expect(status).toBe(2);
  });
});

describe("a stage that fails", () => {
  const rig = new CliRig();
  afterAll(() => rig[Symbol.dispose]());

  it("ends with 1 and its message, and leaves what is finished", async () => {
    rig.file("a.txt", "FAIL \x1b[2J\n");
    rig.config(["a.txt"]);
    const { status, stdout, stderr } = await rig.run("run");
    expect(status).toBe(1);
    expect(stderr).toBe(
      `
error: read: a document cannot be read
  where    a.txt
  expected no word FAIL
  got      FAIL
  do       remove the word
`.replace("got      FAIL", "got      FAIL "),
    );
    expect(stdout).toMatch(/^read +failed/m);
    expect(stdout).toMatch(/^score +not run/m);
    expect(stdout).toMatch(/^pieces +ran/m);
  });

  it("by a bug shows its stack and asks to report it", async () => {
    rig.file("a.txt", "BUG\n");
    const { status, stderr } = await rig.run("run");
    expect(status).toBe(1);
    expect(stderr).toContain("error: read: undefined is not a document");
    expect(stderr).toMatch(/^\s+at .*stages\.ts:\d+/m);
    expect(stderr).toContain("please report it");
  });
});

describe("a run that is stopped", () => {
  const rig = new CliRig();
  beforeAll(() => {
    rig.file("a.txt", "text\n");
    rig.config(["a.txt"], "const waited = wait({ text });", "waited: waited.scores, text");
  });
  afterAll(() => rig[Symbol.dispose]());

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("by %s ends with %i and keeps what is finished", async (signal, code) => {
    const child = rig.start("run");
    const left = ended(child);
    await saidOn(child.stdout!, "wait: waiting");
    child.kill(signal);
    const { status, stdout, stderr } = await left;
    expect(status).toBe(code);
    expect(stderr).toContain("Stopping once the work in hand is safe");
    expect(stdout).toMatch(/^wait +stopped/m);
    expect((await rig.run("path", "read")).status).toBe(0);
    expect((await rig.run("path", "wait")).status).toBe(1);
  });

  it("dies by the second signal where a stage does not hear the first, and keeps what is finished", async () => {
    const child = rig.start("run", "--set", "wait.deaf=true");
    const left = ended(child);
    await saidOn(child.stdout!, "wait: waiting");
    child.kill("SIGINT");
    await saidOn(child.stderr!, "again stops at once");
    child.kill("SIGINT");
    const { signal, stderr } = await left;
    expect(stderr).toContain("Stopping now.");
    expect(signal).toBe("SIGINT");
    expect((await rig.run("path", "read")).status).toBe(0);
  });

  it("finds the store in use where another run writes to it", async () => {
    const child = rig.start("run");
    const left = ended(child);
    await saidOn(child.stdout!, "wait: waiting");
    const second = await rig.run("run");
    expect(second.status).toBe(4);
    expect(second.stderr).toContain(`process ${child.pid}`);
    expect((await rig.run("status")).status).toBe(0);
    child.kill("SIGINT");
    expect((await left).status).toBe(130);
  });

  it("stops when nobody reads what it says", async () => {
    const child = rig.start("run", "--ui", "json");
    await saidOn(child.stdout!, "waiting");
    child.stdout!.destroy();
    const [status] = await once(child, "exit");
    expect(status).toBe(130);
  });
});

/** Resolves once a stream has said `words`. */
function saidOn(stream: NodeJS.ReadableStream, words: string): Promise<void> {
  let said = "";
  return new Promise((resolve, reject) => {
    stream.on("data", (chunk) => {
      said += chunk;
      if (said.includes(words)) resolve();
    });
    stream.on("end", () => reject(new Error(`it never said ${words}:\n${said}`)));
  });
}
