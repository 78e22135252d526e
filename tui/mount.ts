import type { RunEvent } from "../engine/index.ts";
import { painter } from "./ansi.ts";
import type { AppProps } from "./app.tsx";
import { copySequence } from "./clipboard.ts";
import type { TableReader } from "./example.ts";
import { guardTerminal } from "./guard.ts";
import type { Held } from "./ink.tsx";
import type { Line } from "./line.ts";
import { Machine } from "./machine.ts";
import { Pacing } from "./pacing.ts";
import { PlainScreen } from "./plain-screen.ts";
import { LEAVE, Screen, type Terminal } from "./screen.ts";
import { Session } from "./session.ts";
import { themeOf } from "./theme.ts";

export interface DashboardOptions {
  readonly terminal: Terminal;
  /** Where keys come from; must be a TTY to be read. */
  readonly keyboard: NodeJS.ReadStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Draw with ASCII only. */
  readonly ascii?: boolean;
  /** Whether another process runs the pipeline, which goes on when the dashboard is left. */
  readonly watching?: boolean;
  /** Reads finished tables, for examples and for the scores of nodes that were found and not made. */
  readonly tables?: TableReader;
  /** An event as a plain line; undefined for one that says nothing. */
  readonly plainLine: (event: RunEvent) => string | undefined;
  /** The user asked to stop, by `q` or Ctrl-C; called once for each time. */
  readonly onStop: () => void;
}

/** A dashboard on show; `Symbol.dispose` gives the terminal back, and may be called again. */
export interface OpenDashboard extends Disposable {
  show(event: RunEvent): void;
  /** Says that the wish to stop was heard. */
  stopping(): void;
  /** Says why no more events are to be expected. */
  cut(because: string): void;
}

/** How often it is looked whether a frame is due. */
const LOOK_MS = 1000 / 15;
/** A screen reader reads a changed line anew: it is given time to end. */
const SPOKEN_MS = 5000;
const PLAIN_HINT = "── plain lines of the run; s: back to the dashboard ──\n";

/**
 * Shows a run on the alternate screen of a terminal. What is printed on standard error meanwhile becomes
 * lines of the dashboard's log. The terminal is given back by `Symbol.dispose`, or when the process exits.
 */
export function mount(options: DashboardOptions): OpenDashboard {
  const { terminal, keyboard, env, tables, watching = false } = options;
  const spoken = env["INK_SCREEN_READER"] === "true";
  const paintLine = painter(themeOf(env, options.ascii));
  const session = new Session({ tables, watching });
  const plain = new PlainScreen();
  const pacing = new Pacing(spoken ? SPOKEN_MS : undefined);
  const guarded = terminal === process.stdout && process.stdout.isTTY;
  const screen = guarded ? new Screen(terminal, () => guardTerminal(LEAVE)) : new Screen(terminal);
  const machine = spoken ? undefined : new Machine(!watching);
  let shownSecond = 0;
  let ink: Held | undefined;
  let over = false;

  const draw = (lines: readonly Line[]): void => void screen.draw(lines.map(paintLine));
  const props = (): AppProps => {
    const model = session.model({ columns: terminal.columns, rows: terminal.rows }, machine?.view);
    const { lines } = session.view(model);
    return { model, lines, draw, keys: keyboard.isTTY === true, onKey: pressed };
  };
  /** Ink takes a second to load, in which the run goes on and frames are shown without it. */
  const show = (): void => {
    if (ink !== undefined) ink.rerender(props());
    else if (!spoken) draw(props().lines);
  };
  const paint = (): void => {
    if (!screen.open) {
      if (session.changed) terminal.write(plain.take());
      session.changed = false;
      return;
    }
    const second = Math.floor(Date.now() / 1000);
    const clockMoved = second !== shownSecond && session.state.finished === undefined;
    if (!session.changed && !clockMoved) return;
    const from = performance.now();
    if (!pacing.due(from, session.pressed)) return;
    session.changed = false;
    session.pressed = false;
    shownSecond = second;
    show();
    pacing.drawn(from, performance.now());
  };
  const resized = (): void => {
    screen.clear();
    session.changed = true;
    session.pressed = true;
    paint();
  };
  /** The ordinary screen with the run's plain lines, to select and copy from, and back. */
  const togglePlain = (): void => {
    if (screen.open) {
      screen.leave();
      terminal.write(plain.take() + PLAIN_HINT);
    } else {
      screen.enter();
      session.changed = true;
      session.pressed = true;
    }
  };
  const pressed = (key: string): void => {
    const effect = screen.open || key === "ctrl-c" ? session.press(key) : "plain";
    if (effect === "stop") options.onStop();
    if (effect === "plain") togglePlain();
    if (effect === "copy") copy();
    paint();
  };
  const copy = (): void => {
    const { path } = session;
    if (path !== undefined) terminal.write(copySequence(path));
    session.say(path === undefined ? "there is no path to copy yet" : `copied ${path}`);
  };
  const restorePrinting = capturePrinting((text) => {
    session.note(text);
    plain.add(text);
  });
  const leave = (): void => screen.leave();

  process.on("exit", leave);
  screen.enter();
  // What is typed before Ink reads it waits, and is not shown.
  if (keyboard.isTTY) keyboard.setRawMode(true);
  show();
  void import("./ink.tsx").then(({ hold }) => {
    if (!over) ink = hold(props(), screen, keyboard, spoken);
  });
  terminal.on("resize", resized);
  const timer = setInterval(paint, LOOK_MS);

  return {
    show(event) {
      session.show(event);
      const line = options.plainLine(event);
      if (line !== undefined) plain.add(line);
      if (event.type === "run-started") machine?.storeIs(event.store);
    },
    stopping: () => session.stopping(),
    cut: (because) => session.cut(because),
    [Symbol.dispose]() {
      clearInterval(timer);
      machine?.[Symbol.dispose]();
      terminal.off("resize", resized);
      over = true;
      screen.leave();
      if (keyboard.isTTY) keyboard.setRawMode(false);
      ink?.unmount();
      restorePrinting();
      process.off("exit", leave);
    },
  };
}

/** Sends what would be printed over the dashboard to `take` instead, a call a line; returns the way back. */
function capturePrinting(take: (line: string) => void): () => void {
  const write = process.stderr.write;
  process.stderr.write = ((chunk: string | Uint8Array): boolean => {
    const text = typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
    for (const line of text.split("\n")) if (line.trim() !== "") take(line);
    return true;
  }) as typeof process.stderr.write;
  return () => {
    process.stderr.write = write;
  };
}
