import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunEvent } from "../../engine/index.ts";
import { expectWhole } from "./artifacts.ts";
import type { Command, Left } from "./command.ts";
import { CONFIGS, config, Project } from "./project.ts";
import { expectDone, expectSafe, outcomes } from "./said.ts";

const PREPARATION = ["ingest", "word-counts", "vocab", "tokenize", "sop-pairs"];
/** More steps than any test waits for. */
const ENDLESS = ["train", "eval"].flatMap((node) => ["--set", `${node}.numTrainSteps=1000000`]);

/** The first sign that a node is at work, or one that comes after it. */
function atWork(node: string): (event: RunEvent) => boolean {
  const later = [...PREPARATION, "train", "eval"];
  const wanted = later.slice(later.indexOf(node));
  return (event) => event.type === "node-started" && wanted.includes(event.node);
}

/** The first finished step of a node that trains. */
function training(node: string): (event: RunEvent) => boolean {
  return (event) => event.type === "node-progress" && event.node === node && event.done > 0;
}

async function stopped(command: Command, signal: NodeJS.Signals): Promise<Left> {
  command.kill(signal);
  await command.says("Stopping once the work in hand is safe.");
  const left = await command.ended;
  expectSafe(left);
  expect(left.stderr).not.toMatch(/error|^\s+at /m);
  expect(left.events.at(-1)).toMatchObject({ type: "run-finished", state: "interrupted" });
  expect(left.events.filter(({ type }) => type === "node-failed")).toEqual([]);
  return left;
}

describe("a run that is interrupted keeps what is finished, and the next one goes on from there", () => {
  const project = new Project(CONFIGS.whole);
  let finished: readonly string[] = [];
  beforeAll(() => void project.make());
  afterAll(() => project[Symbol.dispose]());

  /** What was finished before is found, and what was begun later is whole. */
  function expectGoneOn({ events }: Left): void {
    const ended = outcomes(events);
    for (const node of finished) expect(ended[node], node).toBe("fresh");
    const whole = expectWhole(project.store);
    expect(whole).toEqual(expect.arrayContaining([...finished, ...Object.keys(ended)]));
    finished = whole;
  }

  it("SIGTERM before anything is begun", async () => {
    const command = project.start("run", "--ui", "json", ...ENDLESS);
    await command.event(({ type }) => type === "run-started");
    const left = await stopped(command, "SIGTERM");
    expect(left.status).toBe(143);
    expectGoneOn(left);
  });

  it("Ctrl-C in the first run of a fresh clone, where no source has been transpiled yet", async () => {
    const cold = { TSX_DISABLE_CACHE: "1" };
    const command = project.startWith(cold, "run", "--ui", "plain", ...ENDLESS);
    await command.says("running");
    command.kill("SIGINT");
    const left = await command.ended;
    expect(left.stderr).toBe(
      "Stopping once the work in hand is safe. Ctrl-C again stops at once.\n",
    );
    expect(left.stdout).toMatch(/^interrupted in [\d.]+ s /m);
    expect(left.status).toBe(130);
    finished = expectWhole(project.store);
  });

  it.each(PREPARATION)("Ctrl-C in %s", async (node) => {
    const command = project.start("run", "--ui", "json", ...ENDLESS);
    await command.event(atWork(node));
    const left = await stopped(command, "SIGINT");
    expect(left.status).toBe(130);
    expectGoneOn(left);
    expect(finished).toEqual(
      expect.arrayContaining(PREPARATION.slice(0, PREPARATION.indexOf(node))),
    );
  });

  it("Ctrl-C in train", async () => {
    const command = project.start("run", "--ui", "json", ...ENDLESS);
    await command.event(training("train"));
    const left = await stopped(command, "SIGINT");
    expect(left.status).toBe(130);
    expectGoneOn(left);
    expect(finished).not.toContain("train");
  });

  it("Ctrl-C in eval", async () => {
    const endlessEval = ENDLESS.slice(2);
    const command = project.start("run", "--ui", "json", ...endlessEval);
    await command.event(training("eval"));
    const left = await stopped(command, "SIGINT");
    expect(left.status).toBe(130);
    expectGoneOn(left);
    expect(finished).toContain("train");
    expect(finished).not.toContain("eval");
  });

  it("and the last one has only the rest to do", async () => {
    const left = await project.run("run", "--ui", "json");
    expectDone(left);
    const { eval: evaluated, ...others } = outcomes(left.events);
    expect(evaluated).toBe("ran");
    expect(new Set(Object.values(others))).toEqual(new Set(["fresh"]));
  });
});

describe("a stage that does not hear", () => {
  const project = new Project(
    config(
      `const { documents } = ingest({}, { sources: [text({ files: "corpus/*.txt" })] });
const { numbers } = deaf({ documents });`,
      "numbers",
      `import { deaf } from ${JSON.stringify(new URL("deaf.ts", import.meta.url).href)};`,
    ),
  );
  beforeAll(() => void project.make());
  afterAll(() => project[Symbol.dispose]());

  it("is ended by the second Ctrl-C, and what was finished is whole", async () => {
    const command = project.start("run", "--ui", "json");
    await command.event((event) => event.type === "node-log" && event.node === "deaf");
    command.kill("SIGINT");
    await command.says("Ctrl-C again stops at once.");
    const left = await stoppedAtOnce(command);
    // By the signal itself, which shells show as 130.
    expect(left.signal).toBe("SIGINT");
    expect(outcomes(left.events)).toEqual({ ingest: "ran" });
    expect(expectWhole(project.store)).toEqual(["ingest"]);
    const { stdout } = await project.run("status");
    expect(stdout).toMatch(/^ingest +fresh /m);
    expect(stdout).toMatch(/^deaf +stale +never run$/m);
  });

  async function stoppedAtOnce(command: Command): Promise<Left> {
    command.kill("SIGINT");
    await command.says("Stopping now.");
    const left = await command.ended;
    expectSafe(left);
    expect(left.stderr).not.toMatch(/error|^\s+at /m);
    return left;
  }
});
