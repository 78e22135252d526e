import type { RunEvent } from "../engine/index.ts";

/** A reader of a run's events while it runs; `Symbol.dispose` ends what it holds, such as the terminal. */
export interface Reporter extends Disposable {
  report(event: RunEvent): void;
  /** Says that the wish to stop was heard. */
  stopping(): void;
}

export const STOPPING = "Stopping once the work in hand is safe. Ctrl-C again stops at once.";
