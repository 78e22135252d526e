import { tmpdir } from "node:os";
import { join } from "node:path";
import { type IPty, spawn } from "@lydell/node-pty";
import xterm from "@xterm/headless";

const BIN = join(import.meta.dirname, "../../bin/pipeline.js");
const FRAME = "\x1b[?2026h";
/** Stood on the screen, and above it, before the command began. */
export const BEFORE = Array.from({ length: 60 }, (_, index) => `before ${index}`);
const SCROLLBACK = 10_000;

type ScreenBuffer = InstanceType<typeof xterm.Terminal>["buffer"]["active"];

export interface TerminalOptions {
  readonly folder: string;
  readonly columns: number;
  readonly rows: number;
  readonly env?: NodeJS.ProcessEnv;
  /** Whether a shell waits for the command, as a user's does, and goes on when it is gone. */
  readonly shell?: boolean;
}

/** `pipeline` in a pseudo-terminal, and a terminal that understands what it writes. */
export class TerminalRun implements Disposable {
  readonly #pty: IPty;
  readonly #terminal: InstanceType<typeof xterm.Terminal>;
  readonly #waiting = new Set<() => void>();
  /** All that was written to the terminal. */
  written = "";
  /** Resolves when the process is gone and all that it wrote is on the screen. */
  readonly ended: Promise<{ readonly exitCode: number; readonly signal: number | undefined }>;

  constructor(args: readonly string[], options: TerminalOptions) {
    const { folder, columns, rows, env = {}, shell = false } = options;
    const { PATH = "", HOME = "", TMPDIR = tmpdir() } = process.env;
    const said = BEFORE.map((line) => `echo '${line}'`).join("; ");
    this.#terminal = new xterm.Terminal({
      cols: columns,
      rows,
      scrollback: SCROLLBACK,
      allowProposedApi: true,
    });
    this.#pty = spawn(
      "/bin/sh",
      ["-c", `${said}; ${shell ? "" : "exec "}"$0" "$@"`, process.execPath, BIN, ...args],
      {
        name: "xterm-256color",
        cols: columns,
        rows,
        cwd: folder,
        env: { PATH, HOME, TMPDIR, LANG: "C.UTF-8", ...env } as Record<string, string>,
      },
    );
    this.#pty.onData((data) => {
      this.written += data;
      this.#terminal.write(data, () => {
        for (const check of this.#waiting) check();
      });
    });
    this.ended = new Promise((resolve) => {
      this.#pty.onExit((exit) => {
        this.#terminal.write("", () => resolve({ exitCode: exit.exitCode, signal: exit.signal }));
      });
    });
  }

  /** What is on show, without the spaces at the ends of lines. */
  get screen(): string {
    const { active } = this.#terminal.buffer;
    return this.#lines(active, active.viewportY, this.#terminal.rows).join("\n");
  }

  /** The ordinary screen with all that was scrolled out of it. */
  get ordinary(): readonly string[] {
    const { normal } = this.#terminal.buffer;
    return this.#lines(normal, 0, normal.length);
  }

  get alternate(): boolean {
    return this.#terminal.buffer.active.type === "alternate";
  }

  /** Frames that were drawn by now. */
  get frames(): number {
    return this.written.split(FRAME).length - 1;
  }

  press(text: string): void {
    this.#pty.write(text);
  }

  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows);
    this.#pty.resize(columns, rows);
  }

  /** Resolves once the screen is as wanted; rejects where the process ends before. */
  until(wanted: string | RegExp | ((screen: string) => boolean)): Promise<void> {
    const test = (screen: string): boolean => {
      if (typeof wanted === "string") return screen.includes(wanted);
      return typeof wanted === "function" ? wanted(screen) : wanted.test(screen);
    };
    return new Promise((resolve, reject) => {
      const check = () => {
        if (!test(this.screen)) return;
        this.#waiting.delete(check);
        resolve();
      };
      this.#waiting.add(check);
      check();
      void this.ended.then(({ exitCode }) => {
        if (this.#waiting.has(check)) check();
        if (this.#waiting.has(check))
          reject(new Error(`it ended with ${exitCode} before ${wanted}:\n${this.screen}`));
      });
    });
  }

  [Symbol.dispose](): void {
    try {
      this.#pty.kill("SIGKILL");
    } catch {
      // It is gone.
    }
    this.#terminal.dispose();
  }

  #lines(buffer: ScreenBuffer, from: number, count: number): string[] {
    return Array.from({ length: count }, (_, row) => {
      return buffer.getLine(from + row)?.translateToString(true) ?? "";
    });
  }
}
