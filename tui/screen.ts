import { EventEmitter } from "node:events";

/** The part of a terminal that the dashboard needs; `process.stdout` is one where it is a TTY. */
export interface Terminal {
  readonly columns: number;
  readonly rows: number;
  write(text: string): boolean;
  on(event: "resize", listener: () => void): unknown;
  off(event: "resize", listener: () => void): unknown;
}

const ENTER = "\x1b[?1049h\x1b[H";
const LEAVE = "\x1b[?1049l\x1b[?25h";
const CLEAR = "\x1b[2J\x1b[H";

/**
 * The alternate screen of a terminal as Ink may have it: of unknown height, since Ink clears the scrollback where it
 * believes that the tree fills the screen, and silent on resizes, which the dashboard handles itself.
 */
export class Screen extends EventEmitter {
  readonly isTTY = true;
  readonly rows = undefined;
  readonly #terminal: Terminal;
  #entered = false;

  constructor(terminal: Terminal) {
    super();
    this.#terminal = terminal;
  }

  get columns(): number {
    return this.#terminal.columns;
  }

  write = (text: string): boolean => this.#terminal.write(text);

  enter(): void {
    this.#entered = true;
    this.#terminal.write(ENTER);
  }

  clear(): void {
    this.#terminal.write(CLEAR);
  }

  /** Gives the terminal back as it was; safe to call more than once and from an exit handler. */
  leave(): void {
    if (!this.#entered) return;
    this.#entered = false;
    this.#terminal.write(LEAVE);
  }
}
