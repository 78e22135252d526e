import { appendFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunEvent, runEventSchema } from "../../engine/index.ts";
import { CliRig, ended, type Left } from "./rig.ts";

/** More than any process number. */
const NOBODY = 2 ** 22 + 1;

const started = (more: object = {}): object => ({
  v: 1,
  time: 1000,
  run: "r",
  type: "run-started",
  pipeline: "toy",
  seed: 1,
  jobs: 1,
  pid: NOBODY,
  host: hostname(),
  store: "/nowhere",
  nodes: [{ id: "read", stage: "read", inputs: [], params: {} }],
  ...more,
});
const finished = {
  v: 1,
  time: 3000,
  run: "r",
  type: "run-finished",
  state: "done",
  seconds: 2,
  outputs: {},
};

describe("watch and logs", () => {
  const rig = new CliRig();
  afterAll(() => rig[Symbol.dispose]());
  let lefts: readonly Left[];
  const log = (name: string, ...lines: readonly (object | string)[]): string => {
    const texts = lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line)));
    return rig.file(name, `${texts.join("\n")}\n`);
  };

  beforeAll(async () => {
    rig.file("a.txt", "one");
    rig.config(["a.txt"]);
    const hostile = {
      type: "node-log",
      node: "read",
      level: "warn",
      message: "\x1b]8;;x\x07a\r\u202eb",
    };
    log("newer.jsonl", started(), { v: 2, time: 2, run: "r", type: "run-exploded" });
    log(
      "broken.jsonl",
      started(),
      { v: 1, time: 2, run: "r", type: "node-log", node: 3 },
      finished,
    );
    log("hostile.jsonl", started(), { v: 1, time: 2, run: "r", ...hostile }, finished);
    log("cut.jsonl", started());
    appendFileSync(join(rig.folder, "cut.jsonl"), '{"v":1,"ti');
    log(
      "failed.jsonl",
      started(),
      {
        v: 1,
        time: 2,
        run: "r",
        type: "node-failed",
        node: "read",
        error: { message: "no disk", exitCode: 5, hint: "make room" },
      },
      { ...finished, state: "failed" },
    );
    lefts = await rig.each([
      ["watch"],
      ["run", "--ui", "plain"],
      ["watch", "--ui", "plain"],
      ["watch", "--ui", "json"],
      ["logs", "read"],
      ["logs", "-n", "1"],
      ["watch", "2"],
      ["watch", "1999"],
      ["watch", "newer.jsonl"],
      ["watch", "broken.jsonl"],
      ["watch", "hostile.jsonl"],
      ["watch", "cut.jsonl"],
      ["watch", "failed.jsonl"],
      ["watch", "gone.jsonl"],
      ["logs", "raed"],
      ["watch", "--ui", "tui"],
      ["watch", "--store", "gone"],
      ["run", "--ui", "plain"],
      ["logs", "read"],
    ]);
  });
  const left = (index: number): Left => lefts[index]!;
  const failure = (index: number, status: number, text: string | RegExp): void => {
    expect(left(index).stderr).toMatch(text);
    expect(left(index).stderr).not.toMatch(/^\s+at |bug/m);
    expect(left(index).status).toBe(status);
  };

  it("watching says what the run said, and ends as it did", () => {
    expect(left(1).status).toBe(0);
    const lines = left(1).stdout.split("\n\n")[0];
    expect(left(2).stdout.split("\n\n")[0]).toBe(lines);
    expect(left(2).stdout).toMatch(/^read +ran +[\d.]+ s +never run$/m);
    expect(left(2).stdout).toMatch(/^done in /m);
    expect(left(2)).toMatchObject({ status: 0, stderr: "" });
  });

  it("as JSON gives the log's lines", () => {
    const runs = readdirSync(join(rig.folder, "artifacts/.runs")).sort();
    const first = readFileSync(join(rig.folder, "artifacts/.runs", runs[0]!), "utf8");
    expect(left(3).stdout).toBe(first);
    const events = left(3)
      .stdout.trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as RunEvent);
    for (const event of events) expect(runEventSchema.parse(event)).toEqual(event);
    expect(events.at(-1)).toMatchObject({ type: "run-finished", state: "done" });
  });

  it("logs are a node's lines with their time, of the newest run that made it", () => {
    for (const index of [4, 18])
      expect(left(index).stdout.replaceAll(/^\d\d:\d\d:\d\d /gm, "")).toMatch(
        /^stale {4}read: never run\nrunning {2}read\ninfo {5}read: read one\ndone {5}read: 1 rows of text in [\d.]+ s\n$/,
      );
    expect(left(5).stdout.trimEnd().split("\n")).toHaveLength(1);
  });

  it("a run is named by the beginning of its name", () => {
    expect(left(6).status).toBe(0);
    failure(7, 2, "there is no run 1999");
  });

  it("what is wrong with a log is one clear error", () => {
    failure(0, 1, /no run was logged here(.|\n)*pipeline run/);
    failure(8, 1, /the log is of a newer version of albert-pipeline(.|\n)*newer.jsonl:2/);
    failure(9, 5, /broken.jsonl:2 is not an event/);
    failure(11, 1, /The run was cut off: its process \d+ is gone/);
    failure(12, 5, /error: read: no disk(.|\n)*make room/);
    failure(13, 1, "there is no such log");
    failure(14, 2, /the run has no node raed(.|\n)*read/);
    failure(15, 2, "--ui tui needs a terminal");
    failure(16, 1, /no run was logged here(.|\n)*--store/);
  });

  it("nothing in a log reaches the terminal", () => {
    expect(left(10).stdout).toContain("warn     read: a b");
    expect(left(10).stdout).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
  });

  it("follows a run while it goes on", async () => {
    rig.config(["a.txt"], "const { scores: waited } = wait({ text }, {});", "waited");
    const run = rig.start("run", "--ui", "plain", "--store", "live");
    const ranToEnd = ended(run);
    await saying(run, "waiting");
    const logs = rig.start("logs", "wait", "-f", "--store", "live");
    const watch = rig.start("watch", "--ui", "plain", "--store", "live");
    const heard = [ended(logs), ended(watch)];
    await Promise.all([saying(logs, "waiting"), saying(watch, "waiting")]);
    const unread = rig.start("watch", "--ui", "json", "--store", "live");
    const leftUnread = ended(unread);
    await saying(unread, "waiting");
    unread.stdout!.destroy();
    expect(await leftUnread).toMatchObject({ status: 0, stderr: "" });
    run.kill("SIGINT");
    expect((await ranToEnd).status).toBe(130);
    const [said, watched] = await Promise.all(heard);
    expect(said!.stdout).toMatch(/^\d\d:\d\d:\d\d info {5}wait: waiting$/m);
    expect(said!.status).toBe(0);
    expect(watched!.stdout).toMatch(/^interrupted in /m);
    expect(watched!.status).toBe(130);
  });

  it("a log that is taken away is said, and the store is left alone", async () => {
    writeFileSync(
      join(rig.folder, "away.jsonl"),
      `${JSON.stringify(started({ pid: process.pid }))}\n`,
    );
    const watch = rig.start("watch", "--ui", "plain", "away.jsonl");
    const over = ended(watch);
    await saying(watch, "toy: 1 nodes");
    rmSync(join(rig.folder, "away.jsonl"));
    const { status, stderr } = await over;
    expect(stderr).toContain("error: the log was removed while it was followed");
    expect(status).toBe(1);
  });
});

function saying(child: ReturnType<CliRig["start"]>, text: string): Promise<void> {
  let said = "";
  return new Promise((resolve, reject) => {
    child.stdout!.on("data", (chunk) => {
      said += chunk;
      if (said.includes(text)) resolve();
    });
    child.on("close", () => reject(new Error(`it ended before it said ${text}: ${said}`)));
  });
}
