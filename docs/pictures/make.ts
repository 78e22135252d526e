/**
 * Makes the pictures of the README from a run that is over: frames of the dashboard as they were at two moments of it,
 * by its event log, and its report in a browser.
 *
 *   npm run pictures -- [STORE]     of the newest run in ./artifacts, or in STORE
 */
import { spawnSync } from "node:child_process";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type RunEvent, readEvents } from "../../engine/index.ts";
import { openPage, startBrowser } from "../../test/report/browser.ts";
import { Session } from "../../tui/session.ts";
import { frameSvg } from "./frame-svg.ts";

const HERE = import.meta.dirname;
const SIZE = { columns: 160, rows: 36 };
/** Of a training's steps: its curves are well on their way by then. */
const TRAINED = 0.75;

const store = process.argv[2] ?? fileURLToPath(new URL("../../artifacts", import.meta.url));
const events = await newestRun(store);
await still("train.svg", "A training in the dashboard", events, atStep(events, "train", TRAINED));
await still("eval.svg", "Scores in the dashboard", events, atStep(events, "eval-follows", 0.6));
await report();

async function newestRun(folder: string): Promise<readonly RunEvent[]> {
  const runs = join(folder, ".runs");
  const names = (await readdir(runs)).filter((name) => name.endsWith(".jsonl")).sort();
  for (const name of names.reverse()) {
    const read: RunEvent[] = [];
    for await (const event of readEvents(join(runs, name))) read.push(event);
    const trained = read.some((event) => event.type === "node-metric" && event.node === "train");
    if (trained && read.at(-1)?.type === "run-finished") return read;
  }
  throw new Error(`no finished run in ${runs} trained a model: pipeline run --force`);
}

/** How many events there were when a node had done a share of its steps. */
function atStep(all: readonly RunEvent[], node: string, share: number): number {
  const at = all.findIndex((event) => {
    if (event.type !== "node-progress" || event.node !== node) return false;
    return event.total !== null && event.done >= share * event.total;
  });
  if (at < 0) throw new Error(`${node} said nothing of its progress`);
  return at + 1;
}

async function still(name: string, title: string, all: readonly RunEvent[], count: number) {
  const session = new Session({ tables: undefined, watching: false });
  for (const event of all.slice(0, count)) session.show(event);
  const model = { ...session.model(SIZE, undefined), now: all[count - 1]!.time };
  // The machine's line is of the machine that looks, not of the one that ran.
  const lines = session.view(model).lines.filter((_, row) => row !== 1);
  await writeFile(join(HERE, name), frameSvg(lines, SIZE.columns, title));
}

async function report(): Promise<void> {
  const html = join(HERE, "report.html");
  const bin = fileURLToPath(new URL("../../bin/pipeline.js", import.meta.url));
  const args = [bin, "report", "--store", store, "--run", events[0]!.run, "-o", html];
  const { status } = spawnSync(process.execPath, args, { stdio: "inherit" });
  if (status !== 0) throw new Error("there is no report");
  const browser = await startBrowser();
  const { page } = await openPage(browser, pathToFileURL(html).href, {
    viewport: { width: 1100, height: 1200 },
    colorScheme: "light",
  });
  await page.screenshot({ path: join(HERE, "report.png") });
  await browser.close();
}
