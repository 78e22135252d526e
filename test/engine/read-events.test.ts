import { appendFile, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { EventBody } from "../../engine/event.ts";
import { EVENT_TYPES, runEventSchema } from "../../engine/event-schema.ts";
import { EXIT, followEvents, type RunEvent, readEvents } from "../../engine/index.ts";
import { probe } from "../rig/probe.ts";
import { Rig } from "../rig/rig.ts";
import { tempFolder } from "../rig/temp-folder.ts";
import { eventOf, halfway } from "../tui/events.ts";

const HEAD = { v: 1, time: 1, run: "r" } as const;
const END: EventBody = { type: "run-finished", state: "done", seconds: 1, outputs: {} };

async function logOf(...lines: readonly (object | string)[]): Promise<string> {
  const path = join(await tempFolder(), "log.jsonl");
  const texts = lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line)));
  await writeFile(path, texts.map((text) => `${text}\n`).join(""));
  return path;
}

async function read(path: string): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of readEvents(path)) events.push(event);
  return events;
}

test("every event of a run is one of the schema's, and is read as it was written", async () => {
  const rig = await Rig.create();
  const source = { path: await rig.file("a.txt", "one\ntwo"), name: "a.txt" };
  const first = probe("first", {}, { sources: () => [source] });
  const { words } = first.place({});
  const { definePipeline } = await import("../../engine/index.ts");
  const ran = await rig.run(definePipeline({ name: "p", seed: 1, outputs: { words } }));
  expect(ran.events.length).toBeGreaterThan(4);
  for (const event of ran.events) expect(runEventSchema.parse(event)).toEqual(event);
  expect(await read(ran.log)).toEqual(ran.events);
  for (const told of halfway) runEventSchema.parse(eventOf(told));
});

test("the documentation names every type and field", async () => {
  const text = await readFile(join(import.meta.dirname, "../../docs/events.md"), "utf8");
  for (const { shape } of runEventSchema.options) {
    const row = text.split("\n").find((line) => line.startsWith(`| \`${shape.type.value}\``));
    expect(row, shape.type.value).toBeDefined();
    const own = Object.keys(shape).filter((name) => !["v", "time", "run", "type"].includes(name));
    for (const name of own) expect(row).toContain(`\`${name}\``);
  }
});

test("types and fields of a later minor version are passed over", async () => {
  const log = { ...HEAD, type: "node-log", node: "n", level: "info", message: "m" };
  const path = await logOf({ ...HEAD, type: "node-dreamt", of: 1 }, { ...log, colour: "red" });
  expect(await read(path)).toEqual([log]);
  expect(EVENT_TYPES.has("node-dreamt")).toBe(false);
});

test("a metric that is not finite is left out", async () => {
  const values = { loss: Number.NaN, rate: 1 };
  const path = await logOf({ ...HEAD, type: "node-metric", node: "n", step: 1, values });
  expect(await read(path)).toMatchObject([{ values: { rate: 1 } }]);
});

test.each([
  ["a newer version", { v: 2, type: "run-started" }, EXIT.failed, "update albert-pipeline"],
  ["no event", { v: 1, type: "node-log", time: 1, run: "r" }, EXIT.corrupt, undefined],
  ["no object", "17", EXIT.corrupt, undefined],
  ["no JSON", "{{{", EXIT.corrupt, undefined],
])("%s says where it is", async (_what, line, exitCode, hint) => {
  const path = await logOf({ ...HEAD, ...END }, line);
  await expect(read(path)).rejects.toMatchObject({ exitCode });
  const details = { where: `${path}:2`, ...(hint !== undefined && { hint }) };
  await expect(read(path)).rejects.toMatchObject({ details });
});

test("a log is followed to the end of its run, over lines that come in pieces", async () => {
  const end = JSON.stringify({ ...HEAD, ...END });
  const path = await logOf(eventOf(halfway[0]!));
  const types: string[] = [];
  let looks = 0;
  for await (const { event } of followEvents(path, new AbortController().signal)) {
    if (event !== undefined) types.push(event.type);
    else if (looks++ === 0) await appendFile(path, end.slice(0, 20));
    else if (looks === 2) await appendFile(path, `${end.slice(20)}\nwhat follows is not read\n`);
  }
  expect(types).toEqual(["run-started", "run-finished"]);
});

test("a log that is removed while it is followed is an error, and an abort an end", async () => {
  const path = await logOf(eventOf(halfway[0]!));
  const abort = new AbortController();
  const followed = followEvents(path, abort.signal);
  await followed.next();
  expect(await followed.next()).toMatchObject({ value: { event: undefined } });
  await rm(path);
  await expect(followed.next()).rejects.toThrow("the log was removed");
  const again = await logOf(eventOf(halfway[0]!));
  const stopped = followEvents(again, abort.signal);
  await stopped.next();
  abort.abort();
  await stopped.next();
  expect(await stopped.next()).toEqual({ done: true, value: undefined });
});
