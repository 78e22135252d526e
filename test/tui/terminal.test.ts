import { readdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { displayWidth } from "../../lib/width.ts";
import { CliRig } from "../cli/rig.ts";
import { TerminalRun } from "../rig/terminal.ts";
import { dashboardOf, expectRestored, foreignControls, HOSTILE, HOSTILE_NAME } from "./restored.ts";

const WAIT = "const { scores: waited } = wait({ text }, {});";
const DEAF = "const { scores: waited } = wait({ text }, { deaf: true });";
describe.skipIf(process.platform === "win32")("the dashboard in a terminal", () => {
  const rig = new CliRig();
  beforeAll(() => {
    rig.file("a.txt", "one");
    rig.file(HOSTILE_NAME, HOSTILE);
  });
  afterAll(() => rig[Symbol.dispose]());

  const start = (columns: number, rows: number, env: NodeJS.ProcessEnv, ...args: string[]) =>
    new TerminalRun(args, { folder: rig.folder, columns, rows, env });

  it("follows a resize, copies a path, goes to plain lines and back, and stops at q", async () => {
    rig.config(["a.txt"], WAIT, "waited, scores");
    using run = start(100, 30, {}, "run", "--store", "one");
    await run.until(/● +wait +running/);
    await run.until(/✓ +score +done/);
    for (const [columns, rows] of [
      [60, 20],
      [160, 50],
      [100, 30],
    ] as const) {
      run.resize(columns, rows);
      await run.until((screen) => {
        const lines = screen.split("\n");
        return lines[rows - 2]!.startsWith("? help") && /● +wait +running/.test(screen);
      });
      const lines = run.screen.split("\n");
      expect(lines[rows - 1]).toBe("");
      for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
    }
    run.resize(40, 10);
    await run.until("40×10 is too small: 50×12 is needed.");
    run.resize(100, 30);
    await run.until("? help");

    const before = { frames: run.frames, bytes: run.written.length, time: performance.now() };
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const seconds = (performance.now() - before.time) / 1000;
    const frames = run.frames - before.frames;
    expect(frames / seconds).toBeLessThanOrEqual(15);
    expect(run.written.length - before.bytes).toBeLessThan(2000 * (frames + 1));

    run.press("gy");
    await run.until("copied ");
    const copied = run.written.split("\x1b]52;c;")[1]?.split("\x07")[0] ?? "";
    expect(Buffer.from(copied, "base64").toString()).toContain(`${rig.folder}/one/read/`);

    run.press("s");
    await run.until("s: back to the dashboard");
    expect(run.alternate).toBe(false);
    expect(run.screen).toContain("running  wait");
    run.press("s");
    await run.until("? help");

    run.press("q");
    const { exitCode } = await run.ended;
    expect(exitCode).toBe(130);
    expectRestored(run);
    expect(run.ordinary.join("\n")).toMatch(/^wait +stopped +never run$/m);
    expect(run.ordinary.join("\n")).toMatch(/^interrupted in [\d.]+ s /m);
  });

  it("lets no text act on the terminal, and draws without colour in ASCII", async () => {
    rig.config(["a.txt", HOSTILE_NAME], WAIT, "waited, scores");
    using run = start(100, 40, { NO_COLOR: "1" }, "run", "--ascii", "--store", "two");
    await run.until(/\* +wait +running/);
    await run.until(/read: read click {2}red esrever/);
    run.press("ge");
    await run.until("row 1 of 2");
    run.press("j");
    await run.until(/text +click {2}red esrever/);
    run.press("?");
    await run.until("any key: back");
    run.press("x\x03");
    await run.ended;
    expectRestored(run);
    expect(foreignControls(run)).toEqual([]);
    expect(dashboardOf(run)).not.toContain("\x1b[0;");
    expect(dashboardOf(run).replaceAll("\x1b", "")).not.toMatch(/[^ -~]/);
  });

  it("gives the terminal back where the second Ctrl-C ends a run that does not hear", async () => {
    rig.config(["a.txt"], DEAF, "waited");
    using run = start(80, 24, {}, "run", "--store", "three");
    await run.until(/● +wait +running/);
    run.press("\x03");
    await run.until("Ctrl-C again stops at once");
    run.press("\x03");
    await run.ended;
    expectRestored(run);
    expect(run.ordinary.join("\n")).toContain("Stopping now.");
  });

  it("gives the terminal back where the process dies without a word", async () => {
    rig.config(["a.txt"], WAIT, "waited");
    const { folder } = rig;
    const options = { folder, columns: 80, rows: 24, shell: true };
    using run = new TerminalRun(["run", "--store", "killed"], options);
    await run.until(/● +wait +running/);
    const runs = join(folder, "killed/.runs");
    const log = readdirSync(runs).find((name) => name.endsWith(".jsonl"))!;
    const [started] = readFileSync(join(runs, log), "utf8").split("\n");
    process.kill(JSON.parse(started!).pid, "SIGKILL");
    await run.until(() => !run.alternate);
    await run.ended;
    expectRestored(run);
  });

  it("watches a run that goes on when it is left", async () => {
    rig.config(["a.txt"], WAIT, "waited");
    const running = rig.start("run", "--ui", "plain", "--store", "four");
    let said = "";
    await new Promise<void>((resolve) => {
      running.stdout!.on("data", (chunk) => {
        said += chunk;
        if (said.includes("waiting")) resolve();
      });
    });
    using watching = start(60, 20, {}, "watch", "--store", "four");
    await watching.until(/● +wait +running/);
    expect(watching.screen).toMatch(/^toy {2}watched/);
    watching.press("q");
    expect((await watching.ended).exitCode).toBe(0);
    expectRestored(watching);
    expect(watching.ordinary.join("\n")).toContain("the run is not finished");
    expect(running.exitCode).toBe(null);
    using again = start(160, 50, {}, "watch", "--store", "four");
    await again.until(/● +wait +running/);
    running.kill("SIGKILL");
    await again.until("The run was cut off");
    again.press("q");
    await again.ended;
    expectRestored(again);

    const runs = join(rig.folder, "four/.runs");
    const log = readdirSync(runs).find((name) => name.endsWith(".jsonl"))!;
    const told = readFileSync(join(runs, log), "utf8");
    const away = rig.file("away.jsonl", told.replace(/"pid":\d+/, `"pid":${process.pid}`));
    using left = start(100, 30, {}, "watch", "away.jsonl");
    await left.until(/● +wait +running/);
    renameSync(away, `${away}.moved`);
    expect((await left.ended).exitCode).toBe(1);
    expectRestored(left);
    expect(left.ordinary.join("\n")).toContain("error: the log was removed while it was followed");
  });
});
