import type { RunEvent } from "../engine/index.ts";

/** A reader of a run's events while it runs; `Symbol.dispose` ends what it holds, such as the terminal. */
export interface Reporter extends Disposable {
  report(event: RunEvent): void;
}
