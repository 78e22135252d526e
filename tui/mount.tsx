import { type Instance, render } from "ink";
import type { RunEvent } from "../engine/index.ts";
import { App } from "./app.tsx";
import { Screen, type Terminal } from "./screen.ts";
import { emptyDashboard, note, reduce } from "./state.ts";

export interface DashboardOptions {
  readonly terminal: Terminal;
  /** Where keys come from; must be a TTY to be read. */
  readonly keyboard: NodeJS.ReadStream;
  /** The user asked to stop, by `q` or Ctrl-C; called once for each time. */
  readonly onStop: () => void;
}

/** A dashboard on show; `Symbol.dispose` gives the terminal back, and may be called again. */
export interface OpenDashboard extends Disposable {
  show(event: RunEvent): void;
  /** Says that the wish to stop was heard. */
  stopping(): void;
}

/** At most 15 frames a second; events in between are only counted. */
const FRAME_MS = 1000 / 15;

/**
 * Shows a run on the alternate screen of a terminal. What is printed on standard error meanwhile becomes
 * lines of the dashboard's log. The terminal is given back by `Symbol.dispose`, or when the process exits.
 */
export function mount(options: DashboardOptions): OpenDashboard {
  const { terminal, keyboard } = options;
  const screen = new Screen(terminal);
  let state = emptyDashboard;
  let stopping = false;
  let changed = true;
  let shownSecond = 0;
  let ink: Instance | undefined;

  const app = () => (
    <App
      state={state}
      now={Date.now()}
      columns={terminal.columns}
      rows={terminal.rows}
      stopping={stopping}
      keys={keyboard.isTTY === true}
      onStop={options.onStop}
    />
  );
  const paint = (): void => {
    const second = Math.floor(Date.now() / 1000);
    if (!changed && second === shownSecond) return;
    changed = false;
    shownSecond = second;
    ink?.rerender(app());
  };
  const resized = (): void => {
    screen.clear();
    changed = true;
    paint();
  };
  const restorePrinting = capturePrinting((text) => {
    state = note(state, Date.now(), text);
    changed = true;
  });
  const leave = (): void => screen.leave();

  process.on("exit", leave);
  screen.enter();
  ink = render(app(), {
    stdout: screen as unknown as NodeJS.WriteStream,
    stdin: keyboard,
    exitOnCtrlC: false,
    patchConsole: false,
    debug: true,
  });
  // Without this an error in a component would leave an empty screen and say nothing.
  ink.waitUntilExit().catch((error: unknown) => {
    queueMicrotask(() => {
      throw error;
    });
  });
  terminal.on("resize", resized);
  const timer = setInterval(paint, FRAME_MS);

  return {
    show(event) {
      state = reduce(state, event);
      changed = true;
    },
    stopping() {
      stopping = true;
      changed = true;
    },
    [Symbol.dispose]() {
      clearInterval(timer);
      terminal.off("resize", resized);
      screen.leave();
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
