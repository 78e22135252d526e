import type { Line } from "../../tui/line.ts";
import { Session } from "../../tui/session.ts";
import { eventOf, START, type Told } from "./events.ts";

/** Lines as text. */
export function texts(lines: readonly Line[]): string[] {
  return lines.map((line) =>
    line
      .map(({ text }) => text)
      .join("")
      .trimEnd(),
  );
}

/** A dashboard of some size after some events, which is looked at and typed into. */
export class Looked {
  readonly session: Session;
  columns: number;
  rows: number;
  readonly now: number;

  constructor(told: readonly Told[], columns: number, rows: number, session?: Session) {
    this.session = session ?? new Session({ tables: undefined, watching: false });
    for (const each of told) this.session.show(eventOf(each));
    this.columns = columns;
    this.rows = rows;
    this.now = START + 25_000;
  }

  model() {
    return { ...this.session.model(this, undefined), now: this.now };
  }

  /** The frame, without the spaces at the ends of its lines. */
  get lines(): string[] {
    return texts(this.session.view(this.model()).lines);
  }

  get text(): string {
    return this.lines.join("\n");
  }

  /** Presses keys by name, each after the frame before it was drawn. */
  press(...keys: readonly string[]): this {
    for (const key of keys) {
      this.session.view(this.model());
      this.session.press(key);
    }
    return this;
  }
}
