import { sanitize } from "../lib/sanitize.ts";

/** Lines kept for whoever wants to copy them. */
const KEPT = 2000;

/** The run as plain lines, of which those that were not printed yet are printed when they are asked for. */
export class PlainScreen {
  readonly #lines: string[] = [];
  /** How many lines there were before the first that is kept. */
  #dropped = 0;
  #printed = 0;

  add(line: string): void {
    this.#lines.push(sanitize(line));
    if (this.#lines.length > KEPT) {
      this.#lines.shift();
      this.#dropped++;
    }
  }

  /** The lines since the last call, each with its end. */
  take(): string {
    const from = Math.max(0, this.#printed - this.#dropped);
    const lines = this.#lines.slice(from);
    this.#printed = this.#dropped + this.#lines.length;
    return lines.map((line) => `${line}\n`).join("");
  }
}
