import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { FileStore } from "../../engine/file-store.ts";
import { definePipeline, EXIT, type Pipeline, plan, type SourceFile } from "../../engine/index.ts";
import { type Probe, type ProbeOptions, probe, words } from "../rig/probe.ts";
import { digests, Rig } from "../rig/rig.ts";

/** Source -> left, right (both map) -> end: enough of a graph for anything to go wrong. */
function diamond(sources: readonly SourceFile[], during: ProbeOptions["during"] = () => {}) {
  const source = probe("source", {}, { sources: () => sources });
  const left = probe("left", { words }, { mapped: true, during });
  const right = probe("right", { words }, { mapped: true });
  const end = probe("end", { a: words, b: words });
  const wired = (
    params: Partial<Record<"left" | "right" | "end", { suffix?: string; length?: number }>> = {},
  ) => {
    const from = source.place({});
    const a = left.place(from, params.left);
    const b = right.place(from, params.right);
    const last = end.place({ a: a.words, b: b.words }, params.end);
    return definePipeline({ name: "diamond", seed: 7, outputs: { words: last.words } });
  };
  const counts = () => [source, left, right, end].map(({ runs }) => runs.length);
  return { source, left, right, end, wired, counts };
}

async function sourcesIn(rig: Rig, texts: Readonly<Record<string, string>>): Promise<SourceFile[]> {
  return Promise.all(
    Object.entries(texts).map(async ([name, text]) => ({ name, path: await rig.file(name, text) })),
  );
}

/** Files that are large enough to be partitions of their own, by name. */
const LARGE = Object.fromEntries(
  ["a", "b", "c", "d"].map((name) => [
    `${name}.txt`,
    Array.from({ length: 16_000 }, (_, line) => `${name}${line}`).join("\n"),
  ]),
);

test("a cold run runs every node once, in order, and a second run runs nothing", async () => {
  const rig = await Rig.create();
  const { wired, counts, end } = diamond(await sourcesIn(rig, { "a.txt": "one\ntwo" }));
  const cold = await rig.run(wired({ left: { suffix: "-l" } }));
  expect(cold).toMatchObject({ state: "done", exitCode: EXIT.done });
  expect(counts()).toEqual([1, 1, 1, 1]);
  expect(end.runs).toEqual([["one-l", "two-l", "one", "two"]]);
  const warm = await rig.run(wired({ left: { suffix: "-l" } }));
  expect(warm.ran).toEqual([]);
  expect(counts()).toEqual([1, 1, 1, 1]);
  expect(digests(warm.artifacts)).toEqual(digests(cold.artifacts));
});

test("a changed parameter reruns its node and what depends on it, and says why", async () => {
  const rig = await Rig.create();
  const { wired, counts } = diamond(await sourcesIn(rig, { "a.txt": "one\ntwo" }));
  await rig.run(wired());
  const changed = await rig.run(wired({ right: { suffix: "!" } }));
  expect(changed.ran).toEqual(["right", "end"]);
  expect(counts()).toEqual([1, 1, 2, 2]);
  expect(changed.events).toContainEqual(
    expect.objectContaining({
      type: "node-planned",
      node: "right",
      state: "stale",
      why: [{ field: "params", name: "suffix", was: '""', is: '"!"' }],
    }),
  );
});

test("a parameter that is set back finds its old artifact and makes it the latest again", async () => {
  const rig = await Rig.create();
  const { wired } = diamond(await sourcesIn(rig, { "a.txt": "one\ntwo" }));
  const first = await rig.run(wired());
  await rig.run(wired({ right: { suffix: "!" } }));
  const back = await rig.run(wired());
  expect(back.ran).toEqual([]);
  const store = await FileStore.open(rig.store, { write: false });
  expect((await store.latest("right"))?.folder).toBe(first.artifacts.get("right")?.folder);
});

test("a rerun that writes the same bytes reruns nothing after it", async () => {
  const rig = await Rig.create();
  const { wired } = diamond(await sourcesIn(rig, { "a.txt": "one\ntwo" }));
  await rig.run(wired());
  const changed = await rig.run(wired({ right: { length: 50 } }));
  expect(changed.ran).toEqual(["right"]);
});

test("--force runs the named node though it is fresh, and the rest only if its bytes change", async () => {
  const rig = await Rig.create();
  const { wired, counts } = diamond(await sourcesIn(rig, { "a.txt": "one\ntwo" }));
  await rig.run(wired());
  expect((await rig.run(wired(), { force: ["left"] })).ran).toEqual(["left"]);
  expect(counts()).toEqual([1, 2, 1, 1]);
  expect((await rig.run(wired(), { force: "all" })).ran).toHaveLength(4);
  await expect(rig.run(wired(), { force: ["lfet"] })).rejects.toMatchObject({
    exitCode: EXIT.usage,
    details: { hint: expect.stringContaining("did you mean left?") },
  });
});

test("only the named nodes and what they need are run", async () => {
  const rig = await Rig.create();
  const { wired, counts } = diamond(await sourcesIn(rig, { "a.txt": "one\ntwo" }));
  const some = await rig.run(wired(), { only: ["left"] });
  expect(some.ran).toEqual(["source", "left"]);
  expect(counts()).toEqual([1, 1, 0, 0]);
});

test("an edited file reruns the one partition that reads it, all the way down", async () => {
  const rig = await Rig.create();
  const sources = await sourcesIn(rig, LARGE);
  const { wired, counts, source, left } = diamond(sources);
  await rig.run(wired());
  const before = counts();
  expect(before[0]).toBe(4);
  await writeFile(sources[2]!.path, `${LARGE["c.txt"]}\nmore`);
  const edited = await rig.run(wired());
  expect(counts().map((count, node) => count - before[node]!)).toEqual([1, 1, 1, 1]);
  expect(source.runs.at(-1)?.at(-1)).toBe("more");
  expect(left.runs.at(-1)?.at(-1)).toBe("more");
  expect(edited.events).toContainEqual(
    expect.objectContaining({ type: "node-started", node: "left", partitions: 4, reused: 3 }),
  );
});

test("a file that is added or removed in the middle touches only its own partition", async () => {
  const rig = await Rig.create();
  const sources = await sourcesIn(rig, { ...LARGE, "bb.txt": LARGE["a.txt"]!.toUpperCase() });
  const current = sources.filter(({ name }) => name !== "bb.txt");
  const { wired, counts } = diamond(current);
  const without = await rig.run(wired());
  const before = counts();
  current.push(sources.find(({ name }) => name === "bb.txt")!);
  await rig.run(wired());
  expect(
    counts()
      .slice(0, 3)
      .map((count, node) => count - before[node]!),
  ).toEqual([1, 1, 1]);
  current.pop();
  const again = await rig.run(wired());
  expect(again.ran).toEqual([]);
  expect(digests(again.artifacts)).toEqual(digests(without.artifacts));
});

test("a node that waits for its turn has not begun, and its time is without the wait", async () => {
  const rig = await Rig.create();
  const planned = new Set<string>();
  // Both are ready at once, and either may come first: it is slow once the other waits for its turn.
  const slow = async () => {
    while (!planned.has("left") || !planned.has("right")) await setTimeout(10);
    await setTimeout(1000);
  };
  const files = await sourcesIn(rig, { "a.txt": "one" });
  const source = probe("source", {}, { sources: () => files });
  const [left, right] = ["left", "right"].map((name) => probe(name, { words }, { during: slow }));
  const from = source.place({});
  const [a, b] = [left!.place(from), right!.place(from)];
  const outputs = { a: a.words, b: b.words };
  const pipeline = definePipeline({ name: "two", seed: 7, outputs });
  const { events, artifacts } = await rig.run(pipeline, {
    jobs: 1,
    onEvent: (event) => {
      if (event.type === "node-planned") planned.add(event.node);
    },
  });
  const began = events.filter((event) => event.type === "node-started");
  const { node, time: startedAt } = began.at(-1)!;
  const timeOf = (type: "node-planned" | "node-finished") =>
    events.find((event) => event.type === type && event.node === node)!.time;
  expect(startedAt - timeOf("node-planned")).toBeGreaterThan(900);
  const { seconds } = artifacts.get(node)!.manifest;
  expect(seconds).toBeGreaterThan(0.9);
  expect(seconds * 1000).toBeLessThan(timeOf("node-finished") - timeOf("node-planned") - 400);
});

test("a failure leaves finished artifacts whole, skips what reads it and lets other branches end", async () => {
  const rig = await Rig.create();
  let broken = true;
  const { wired, counts } = diamond(await sourcesIn(rig, { "a.txt": "one\ntwo" }), () => {
    if (broken) throw new Error("no luck");
  });
  const failed = await rig.run(wired());
  expect(failed).toMatchObject({ state: "failed", exitCode: EXIT.failed });
  expect(failed.failures).toEqual([
    {
      node: "left",
      error: expect.objectContaining({ message: "no luck", stack: expect.any(String) }),
    },
  ]);
  expect(failed.ran).toEqual(["source", "right"]);
  broken = false;
  expect((await rig.run(wired())).ran).toEqual(["left", "end"]);
  expect(counts()).toEqual([1, 1, 1, 1]);
});

test("partitions that were finished before a failure are not run again", async () => {
  const rig = await Rig.create();
  let broken = true;
  const { wired, counts } = diamond(await sourcesIn(rig, LARGE), (words) => {
    if (broken && words[0] === "c0") throw new Error("no luck");
  });
  const failed = await rig.run(wired(), { jobs: 1 });
  expect(failed.failures[0]?.node).toBe("left");
  const before = counts()[1]!;
  broken = false;
  const next = await rig.run(wired());
  expect(next.ran).toEqual(["left", "end"]);
  const finished = failed.events.filter(
    (event) => event.type === "partition-finished" && event.node === "left",
  );
  expect(finished).toHaveLength(2);
  expect(counts()[1]).toBe(before + 2);
  expect(await readdir(join(rig.store, ".partial"))).not.toContain("left");
});

test("an interrupted run discards what is not finished and goes on the next time", async () => {
  const rig = await Rig.create();
  const stop = new AbortController();
  const { wired } = diamond(await sourcesIn(rig, { "a.txt": "one\ntwo" }), () => stop.abort());
  const interrupted = await rig.run(wired(), { signal: stop.signal });
  expect(interrupted).toMatchObject({ state: "interrupted", exitCode: EXIT.interrupted });
  expect(interrupted.failures).toEqual([]);
  expect(interrupted.ran).not.toContain("left");
  const store = await FileStore.open(rig.store, { write: false });
  expect(await store.latest("left")).toBeUndefined();
  expect(await readdir(join(rig.store, ".tmp")).catch(() => [])).toEqual([]);
  expect((await rig.run(wired())).state).toBe("done");
});

async function partOf(rig: Rig, node: string): Promise<string> {
  const store = await FileStore.open(rig.store, { write: false });
  const artifact = (await store.latest(node))!;
  return join(artifact.folder, artifact.manifest.partitions[0]!.outputs["words"]![0]!.file);
}

test("a part that is missing or was overwritten makes its node stale, which is rebuilt from the rest", async () => {
  const rig = await Rig.create();
  const { wired, counts } = diamond(await sourcesIn(rig, LARGE));
  const first = await rig.run(wired());
  const before = counts();
  const part = await partOf(rig, "left");
  await rm(part);
  const store = await FileStore.open(rig.store, { write: false });
  const left = (await plan(wired(), store)).find(({ node }) => node.id === "left")!;
  expect(left).toMatchObject({
    state: "stale",
    why: [{ field: "missing", name: expect.stringMatching(/^words\/part-\d+\.parquet$/) }],
  });
  const missing = await rig.run(wired());
  expect(missing.ran).toEqual(["left"]);
  expect(counts().map((count, node) => count - before[node]!)).toEqual([0, 1, 0, 0]);

  await writeFile(part, "not what it was");
  const overwritten = await rig.run(wired());
  expect(overwritten.ran).toEqual(["left"]);
  expect(overwritten.events).toContainEqual(
    expect.objectContaining({ type: "node-log", level: "warn", node: "left" }),
  );
  expect(digests(overwritten.artifacts)).toEqual(digests(first.artifacts));
});

test("a part that rotted in place is found by its reader, and its node is rebuilt before the reader goes on", async () => {
  const rig = await Rig.create();
  const { wired, counts } = diamond(await sourcesIn(rig, { "a.txt": "one\ntwo" }));
  await rig.run(wired());
  const part = await partOf(rig, "right");
  const bytes = await readFile(part);
  bytes[10]! ^= 1;
  await writeFile(part, bytes);
  // As rot leaves it: of the size and time that the manifest says.
  const manifest = join(dirname(dirname(part)), "manifest.json");
  const { mtimeMs } = await stat(part);
  const text = await readFile(manifest, "utf8");
  await writeFile(manifest, text.replace(/"mtimeMs": [\d.]+/, `"mtimeMs": ${mtimeMs}`));
  const before = counts();
  const ran = await rig.run(wired({ end: { suffix: "?" } }));
  expect(ran.state).toBe("done");
  const planned = ran.events.filter(
    (event) => event.type === "node-planned" && event.node === "right",
  );
  expect(planned).toMatchObject([
    { state: "fresh" },
    { state: "stale", why: [{ field: "corrupt" }] },
  ]);
  expect(ran.ran).toEqual(["right", "end"]);
  expect(counts().map((count, node) => count - before[node]!)).toEqual([0, 0, 1, 1]);
  expect(ran.events).toContainEqual(
    expect.objectContaining({
      type: "node-log",
      level: "warn",
      node: "right",
      message: expect.stringContaining("is damaged"),
    }),
  );
});

test("the seed counts only where it is drawn from, and reading it elsewhere is an error", async () => {
  const rig = await Rig.create();
  const sources = await sourcesIn(rig, { "a.txt": "one" });
  const source = probe("source", {}, { sources: () => sources });
  const draws = probe("draws", { words }, { seeded: true, draws: true });
  const wired = (seed: number): Pipeline =>
    definePipeline({ name: "seeds", seed, outputs: draws.place(source.place({})) });
  await rig.run(wired(1));
  expect((await rig.run(wired(2))).ran).toEqual(["draws"]);
  expect(draws.runs).toEqual([["one1"], ["one2"]]);
  const secretly = probe("secretly", { words }, { draws: true }).place(source.place({}));
  const failed = await rig.run(definePipeline({ name: "seeds", seed: 1, outputs: secretly }));
  expect(failed.failures[0]).toMatchObject({
    node: "secretly",
    error: { message: "secretly reads the seed without saying so" },
  });
});

test("a source that is written to while it is read fails its node", async () => {
  const rig = await Rig.create();
  const path = await rig.file("a.txt", "one");
  const source = probe(
    "source",
    {},
    {
      sources: () => [{ path, name: "a.txt" }],
      during: () => writeFile(path, "two, longer"),
    },
  );
  const pipeline = definePipeline({ name: "moving", seed: 1, outputs: source.place({}) });
  expect((await rig.run(pipeline)).failures[0]).toMatchObject({
    error: { message: expect.stringContaining("changed while source read it"), where: path },
  });
});

test("two files of one name and a file that is not there fail their node by name", async () => {
  const rig = await Rig.create();
  const path = await rig.file("a.txt", "one");
  const of = (sources: readonly SourceFile[]): Pipeline => {
    const source: Probe<Record<never, never>> = probe("source", {}, { sources: () => sources });
    return definePipeline({ name: "files", seed: 1, outputs: source.place({}) });
  };
  const twice = await rig.run(
    of([
      { path, name: "a" },
      { path, name: "a" },
    ]),
  );
  expect(twice.failures[0]).toMatchObject({ node: "source", error: { where: "source" } });
  const missing = await rig.run(of([{ path: `${path}.gone`, name: "a" }]));
  expect(missing.failures[0]).toMatchObject({ error: { where: `${path}.gone`, exitCode: 1 } });
  expect(missing.failures[0]?.error.stack).toBeUndefined();
});
