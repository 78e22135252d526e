import { availableParallelism } from "node:os";
import { expect, test } from "vitest";
import { definePipeline, EXIT, type RunOptions } from "../../engine/index.ts";
import { digests, Rig } from "../rig/rig.ts";
import { print, readLines, shout } from "../rig/shout.ts";

type Mischief = NonNullable<NonNullable<Parameters<typeof shout>[1]>["mischief"]>;
type Printing = NonNullable<NonNullable<Parameters<typeof print>[1]>["mischief"]>;

/** Files large enough to be partitions of their own, so that threads have something to share. */
async function shouting(rig: Rig, mischief: Mischief = "none", printing: Printing = "none") {
  const names = ["a", "b", "c"];
  const files = await Promise.all(
    names.map(async (name) => {
      const lines = Array.from({ length: 10_000 }, (_, line) => `${name} ${line} lines`);
      return { name, path: await rig.file(`${name}.txt`, lines.join("\n")) };
    }),
  );
  const read = readLines({}, { files });
  const { lines, counts } = shout(read, { mischief });
  const { files: printed } = print({ lines }, { mischief: printing });
  return definePipeline({ name: "shouting", seed: 1, outputs: { printed, counts } });
}

const threads: Partial<RunOptions> = { inline: false };

test("one job and four jobs write identical digests, and rows, metrics and logs come through", async () => {
  const one = await Rig.create();
  const first = await one.run(await shouting(one), { ...threads, jobs: 1 });
  expect(first.state).toBe("done");
  expect(first.artifacts.get("shout")?.manifest.partitions).toHaveLength(3);
  const four = await Rig.create();
  const second = await four.run(await shouting(four), { ...threads, jobs: 4 });
  expect(digests(second.artifacts)).toEqual(digests(first.artifacts));

  const rows = second.events.filter((event) => event.type === "node-row");
  const counted = second.artifacts
    .get("shout")!
    .manifest.partitions.map(({ outputs }) => outputs["counts"]![0]!.rows);
  expect(rows).toHaveLength(counted.reduce((sum, count) => sum + count, 0));
  expect(second.events.filter((event) => event.type === "node-metric")).toHaveLength(rows.length);
  expect(second.events.filter((event) => event.type === "node-progress").at(-1)).toMatchObject({
    node: "shout",
    done: 30_000,
    total: 30_000,
    unit: "lines",
  });
  expect(second.events).toContainEqual(
    expect.objectContaining({
      type: "node-log",
      node: "print",
      message: `threads ${availableParallelism()}`,
    }),
  );
});

test("errors keep their details across threads, and bugs their stacks", async () => {
  const rig = await Rig.create();
  const failed = await rig.run(await shouting(rig, "fail"), { ...threads, jobs: 2 });
  expect(failed).toMatchObject({ state: "failed", exitCode: EXIT.corrupt });
  expect(failed.failures).toEqual([
    {
      node: "shout",
      error: { message: "a bad line", where: "line 3", hint: "mend it", exitCode: 5 },
    },
  ]);
  const bug = await rig.run(await shouting(rig, "bug"), { ...threads, jobs: 2 });
  expect(bug.failures[0]?.error.message).toBe("undefined is not a line");
  expect(bug.failures[0]?.error.stack).toMatch(/shout\.ts:\d+/);
});

test("a worker that dies fails its node and not the process", async () => {
  const rig = await Rig.create();
  const died = await rig.run(await shouting(rig, "exit"), { ...threads, jobs: 2 });
  expect(died.failures[0]).toMatchObject({
    node: "shout",
    error: { message: "a worker thread ended by itself, with code 9" },
  });
});

test("what a stage prints becomes log events", async () => {
  const rig = await Rig.create();
  const { events } = await rig.run(await shouting(rig, "print"), { ...threads, jobs: 1 });
  expect(events).toContainEqual(
    expect.objectContaining({ type: "node-log", node: "shout", message: "printed by a library" }),
  );
});

test("a stage that waits is told to stop, and leaves nothing half done", async () => {
  const rig = await Rig.create();
  const stop = new AbortController();
  const stopped = await rig.run(await shouting(rig, "spin"), {
    ...threads,
    jobs: 2,
    signal: stop.signal,
    onEvent: ({ type }) => type === "node-row" && stop.abort(),
  });
  expect(stopped).toMatchObject({ state: "interrupted", ran: ["read-lines"], failures: [] });
  expect(stopped.artifacts.has("shout")).toBe(false);
});

test("a stage that does not listen is ended where it stands by the second signal", async () => {
  const rig = await Rig.create();
  const stop = new AbortController();
  const end = new AbortController();
  const ended = await rig.run(await shouting(rig, "hang"), {
    ...threads,
    jobs: 2,
    signal: stop.signal,
    abortSignal: end.signal,
    onEvent: ({ type }) => {
      if (type !== "node-row") return;
      stop.abort();
      setTimeout(() => end.abort(), 50);
    },
  });
  expect(ended).toMatchObject({ state: "interrupted", ran: ["read-lines"], failures: [] });
});

test("what wants the whole machine runs in a process of its own, whose end is its node's", async () => {
  const rig = await Rig.create();
  const { events, state } = await rig.run(await shouting(rig), { ...threads, jobs: 1 });
  expect(state).toBe("done");
  const said = events.flatMap((event) => (event.type === "node-log" ? [event.message] : []));
  const [, own, parent] = /^process (\d+) of (\d+)$/.exec(
    said.find((line) => /^process/.test(line))!,
  )!;
  expect(Number(parent)).toBe(process.pid);
  await expect.poll(() => runs(Number(own))).toBe(false);

  const killed = await rig.run(await shouting(rig, "none", "kill"), { ...threads, jobs: 1 });
  expect(killed).toMatchObject({ state: "failed", ran: [] });
  expect(killed.failures).toEqual([
    {
      node: "print",
      error: expect.objectContaining({
        message: "the process that ran it ended by itself",
        got: "SIGKILL",
        hint: expect.stringContaining("memory"),
      }),
    },
  ]);

  const bug = await rig.run(await shouting(rig, "none", "throw later"), { ...threads, jobs: 1 });
  expect(bug.failures[0]?.error).toMatchObject({ message: "thrown by nobody's call" });
});

test("a process that does not listen is ended by the second signal", async () => {
  const rig = await Rig.create();
  const stop = new AbortController();
  const end = new AbortController();
  const pids: number[] = [];
  const ended = await rig.run(await shouting(rig, "none", "hang"), {
    ...threads,
    jobs: 1,
    signal: stop.signal,
    abortSignal: end.signal,
    onEvent: (event) => {
      const pid = event.type === "node-log" && /^process (\d+)/.exec(event.message)?.[1];
      if (!pid) return;
      pids.push(Number(pid));
      stop.abort();
      setTimeout(() => end.abort(), 50);
    },
  });
  expect(ended).toMatchObject({ state: "interrupted", failures: [] });
  expect(pids.map(runs)).toEqual([false]);
});

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
