import { appendFile, readdir, readlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { EventLog, newRunId } from "../../engine/event-log.ts";
import { EXIT, type RunEvent, readEvents, runLogs } from "../../engine/index.ts";
import { tempFolder } from "../rig/temp-folder.ts";

const EVENT: RunEvent = {
  v: 1,
  time: 1,
  run: "r",
  type: "node-log",
  node: "n",
  level: "info",
  message: "two\nlines\u2028",
};

async function read(path: string): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of readEvents(path)) events.push(event);
  return events;
}

test("events come back as they were written, and a torn last line is left out", async () => {
  const log = await EventLog.create(await tempFolder(), "r");
  log.write(EVENT);
  log.write({ ...EVENT, time: 2 });
  log.close();
  expect(await read(log.file)).toEqual([EVENT, { ...EVENT, time: 2 }]);
  await appendFile(log.file, '{"v":1,"ti');
  expect(await read(log.file)).toHaveLength(2);
});

test("a broken line in the middle says where", async () => {
  const path = join(await tempFolder(), "log.jsonl");
  await writeFile(path, `${JSON.stringify(EVENT)}\nnot json\n${JSON.stringify(EVENT)}\n`);
  await expect(read(path)).rejects.toMatchObject({
    exitCode: EXIT.corrupt,
    details: { where: `${path}:2`, got: "not json" },
  });
});

test("the newest twenty logs are kept, and `latest` leads to the newest", async () => {
  const store = await tempFolder();
  const runs = Array.from({ length: 25 }, (_, minute) =>
    newRunId(new Date(Date.UTC(2026, 0, 1, 0, minute)), 4711),
  );
  for (const run of runs) (await EventLog.create(store, run)).close();
  const kept = (await runLogs(store)).map((path) => basename(path, ".jsonl"));
  expect(kept).toEqual(runs.slice(5).reverse());
  expect(await readlink(join(store, ".runs", "latest"))).toBe(`${runs.at(-1)}.jsonl`);
  expect(await readdir(join(store, ".runs"))).toHaveLength(21);
});
