import { EventEmitter } from "node:events";

/** The part of a terminal that the dashboard needs; `process.stdout` is one where it is a TTY. */
export interface Terminal {
  readonly columns: number;
  readonly rows: number;
  write(text: string): boolean;
  on(event: "resize", listener: () => void): unknown;
  off(event: "resize", listener: () => void): unknown;
}

const HIDE_CURSOR = "\x1b[?25l";
const SHOW_CURSOR = "\x1b[?25h";
const ENTER = `\x1b[?1049h${HIDE_CURSOR}`;
/** Gives a terminal back. */
export const LEAVE = `${SHOW_CURSOR}\x1b[?1049l`;
const CLEAR = "\x1b[2J";
const ERASE_REST = "\x1b[K";
/** Terminals that know them show what stands between as one (synchronised output, DEC mode 2026). */
const BEGIN = "\x1b[?2026h";
const END = "\x1b[?2026l";

/**
 * The alternate screen of a terminal, on which only lines that changed are written, at their place. It is also the
 * stream to which Ink writes what a screen reader is to say, in its debug mode, where each write is a whole frame: Ink's
 * own ways of writing clear the scrollback when a frame is as tall as the terminal, and its incremental one is a line
 * off (6.8.0).
 */
export class Screen extends EventEmitter {
  readonly isTTY = true;
  readonly #terminal: Terminal;
  readonly #guard: () => Disposable;
  #guarding: Disposable | undefined;
  #shown: readonly string[] = [];
  #open = false;

  /** `guard` is called while the screen is taken, and what it returns disposed of when it is given back. */
  constructor(terminal: Terminal, guard: () => Disposable = () => ({ [Symbol.dispose]() {} })) {
    super();
    this.#terminal = terminal;
    this.#guard = guard;
  }

  get columns(): number {
    return this.#terminal.columns;
  }

  /** Whether frames are shown: not before `enter` nor after `leave`. */
  get open(): boolean {
    return this.#open;
  }

  /** Shows a frame of Ink's. */
  write = (frame: string): boolean => this.draw(frame.split("\n"));

  /** Shows a frame; lines below the terminal's last but one are left out. */
  draw(frame: readonly string[]): boolean {
    if (!this.#open) return true;
    const lines = frame.slice(0, Math.max(1, this.#terminal.rows - 1));
    let changes = "";
    for (let row = 0; row < Math.max(lines.length, this.#shown.length); row++) {
      const line = lines[row] ?? "";
      if (line !== this.#shown[row]) changes += `\x1b[${row + 1};1H${line}${ERASE_REST}`;
    }
    this.#shown = lines;
    return changes === "" || this.#terminal.write(BEGIN + changes + END);
  }

  /** Takes the alternate screen, on which nothing is shown yet. */
  enter(): void {
    this.#open = true;
    this.#shown = [];
    this.#guarding = this.#guard();
    this.#terminal.write(ENTER);
  }

  /** Forgets what is on show, so that the next frame is written whole. */
  clear(): void {
    if (!this.#open) return;
    this.#shown = [];
    this.#terminal.write(CLEAR);
  }

  /** Gives the terminal back as it was; safe to call more than once and from an exit handler. */
  leave(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#guarding?.[Symbol.dispose]();
    this.#terminal.write(LEAVE);
  }
}
