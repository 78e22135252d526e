import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { openDashboard } from "../../tui/index.ts";
import { Screen } from "../../tui/screen.ts";
import { eventOf, halfway } from "./events.ts";

const ESC = "\x1b\\[";
const PLACED_LINE = new RegExp(`${ESC}(\\d+);1H(.*?)${ESC}K`, "gs");
const COLOUR = new RegExp(`${ESC}[0-9;]*m`, "g");

/** A terminal that understands what the dashboard writes, as lines of text. */
class FakeTerminal extends EventEmitter {
  columns = 80;
  rows = 24;
  written = "";
  #lines: string[] = [];

  write = (text: string): boolean => {
    this.written += text;
    if (text.includes("\x1b[2J")) this.#lines = [];
    for (const [, row, line] of text.matchAll(PLACED_LINE)) this.#lines[Number(row) - 1] = line!;
    return true;
  };

  get shown(): string[] {
    return Array.from(this.#lines, (line) => (line ?? "").replaceAll(COLOUR, ""));
  }
}

const ENTER = "\x1b[?1049h";
const LEAVE = "\x1b[?1049l";
const SCROLLBACK = "\x1b[3J";

describe("Screen", () => {
  it("writes only the lines that changed, at their place", () => {
    const terminal = new FakeTerminal();
    const screen = new Screen(terminal);
    screen.enter();
    screen.write("one\ntwo\nthree");
    terminal.written = "";
    screen.write("one\nTWO\nthree");
    expect(terminal.written).toContain("\x1b[2;1HTWO");
    expect(terminal.written).not.toMatch(/one|three/);
    terminal.written = "";
    screen.write("one\nTWO\nthree");
    expect(terminal.written).toBe("");
    screen.write("one");
    expect(terminal.shown).toEqual(["one", "", ""]);
  });

  it("never writes on the last line, where a terminal would scroll", () => {
    const terminal = new FakeTerminal();
    terminal.rows = 4;
    const screen = new Screen(terminal);
    screen.enter();
    screen.write("1\n2\n3\n4\n5");
    expect(terminal.shown).toEqual(["1", "2", "3"]);
  });

  it("leaves once, and writes nothing before or after", () => {
    const terminal = new FakeTerminal();
    const screen = new Screen(terminal);
    screen.write("early");
    screen.leave();
    expect(terminal.written).toBe("");
    screen.enter();
    screen.leave();
    screen.leave();
    screen.write("late");
    expect(terminal.written.split(LEAVE)).toHaveLength(2);
    expect(terminal.written.endsWith(LEAVE)).toBe(true);
  });
});

describe("openDashboard", () => {
  it("shows events, follows a resize and gives the terminal back", async () => {
    const terminal = new FakeTerminal();
    terminal.rows = 40;
    const keyboard = new PassThrough() as unknown as NodeJS.ReadStream;
    const exitListeners = process.listenerCount("exit");
    const stderr = process.stderr.write;
    const dashboard = await openDashboard({
      terminal,
      keyboard,
      env: {},
      plainLine: () => undefined,
      onStop: () => {},
    });
    for (const told of halfway) dashboard.show(eventOf(told));
    process.stderr.write("W library: deprecated\n");
    process.stderr.write(Buffer.from("printed by a stage\n"));
    await until(() => terminal.shown.join("\n").includes("printed by a stage"));
    expect(terminal.shown.join("\n")).toMatch(/● +train +running +190\/400 steps/);
    expect(terminal.shown.join("\n")).toContain("W library: deprecated");

    dashboard.stopping();
    await until(() => terminal.shown.join("\n").includes("Stopping once the work in hand is safe"));

    terminal.columns = 60;
    terminal.rows = 12;
    terminal.emit("resize");
    await until(() => terminal.shown.length === 11);
    for (const line of terminal.shown) expect(line.length).toBeLessThanOrEqual(60);

    terminal.columns = 30;
    terminal.emit("resize");
    await until(() => terminal.shown.join("\n").includes("30×12 is too"));

    dashboard[Symbol.dispose]();
    dashboard[Symbol.dispose]();
    expect(terminal.written.startsWith(ENTER)).toBe(true);
    expect(terminal.written.endsWith(LEAVE)).toBe(true);
    expect(terminal.written.split(LEAVE)).toHaveLength(2);
    expect(terminal.written).not.toContain(SCROLLBACK);
    expect(terminal.listenerCount("resize")).toBe(0);
    expect(process.listenerCount("exit")).toBeLessThanOrEqual(exitListeners + 1);
    expect(process.stderr.write).toBe(stderr);
  });
});

async function until(condition: () => boolean): Promise<void> {
  const started = performance.now();
  while (!condition()) {
    if (performance.now() - started > 30_000) throw new Error("it did not come to pass");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
