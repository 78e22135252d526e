import { expect } from "vitest";
import { BEFORE, type TerminalRun } from "../rig/terminal.ts";

/** Text that would set a link, the clipboard and colours, clear the screen, and turn the reading direction. */
export const HOSTILE =
  "\x1b]8;;http://elsewhere.example\x07click\x1b]8;;\x07 \x1b]52;c;b3duZWQ=\x07 \x1b[2J\x1b[31mred\r\u202eesrever\x9b3J";
/** A file whose name would set the title and turn the reading direction. */
export const HOSTILE_NAME = "b\x1b]0;owned\x07\u202e.txt";

const CSI = "\x1b\\[";
/** Every control sequence that the dashboard may write: colours, places, erasing, and the modes that it sets and resets. */
const OURS = new RegExp(`${CSI}(?:[0-9;]*m|[0-9]+;1H|K|2J|\\?(?:1049|25|2026|2004)[hl])`, "g");
const UNSAFE = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Checks that the terminal is as it was before, with only lines added. */
export function expectRestored(run: TerminalRun): void {
  expect(run.alternate).toBe(false);
  expect(run.ordinary.slice(0, BEFORE.length)).toEqual(BEFORE);
  expect(run.written).not.toContain("\x1b[3J");
  expect(run.written.split("\x1b[?1049h").length).toBe(run.written.split("\x1b[?1049l").length);
  expect(run.written.lastIndexOf("\x1b[?25h")).toBeGreaterThan(
    run.written.lastIndexOf("\x1b[?25l"),
  );
}

/** What was written while the dashboard stood. */
export function dashboardOf(run: TerminalRun): string {
  return run.written.slice(
    run.written.indexOf("\x1b[?1049h"),
    run.written.lastIndexOf("\x1b[?1049l"),
  );
}

/** What a terminal would act on and is none of the dashboard's own; nothing, it is hoped. */
export function foreignControls(run: TerminalRun): readonly string[] {
  return dashboardOf(run).replaceAll(OURS, "").match(UNSAFE) ?? [];
}
