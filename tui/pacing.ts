/** No two frames closer than this: 15 a second. */
const LEAST_MS = 1000 / 15;
/** Time and progress are shown at most this often where nobody presses a key. */
const IDLE_MS = 500;
/** A frame is followed by this many times what it took, so that frames take about 1 % of a core. */
const REST = 100;
/** But no longer than this: where other programs use the machine, a frame takes longer than its own work. */
const MOST_MS = 1000;

/** Decides when a frame is due: soon after a key, and otherwise so that drawing costs a run next to nothing. */
export class Pacing {
  readonly #idleMs: number;
  #last = Number.NEGATIVE_INFINITY;
  #cost = 0;

  constructor(idleMs = IDLE_MS) {
    this.#idleMs = idleMs;
  }

  /** Whether a frame may be drawn at the time `now` (ms), after a key or because something changed. */
  due(now: number, pressed: boolean): boolean {
    const since = now - this.#last;
    if (pressed) return since >= LEAST_MS;
    return since >= Math.max(this.#idleMs, Math.min(MOST_MS, this.#cost * REST));
  }

  /** A frame was drawn, which took from `from` to `to` (ms). */
  drawn(from: number, to: number): void {
    this.#last = from;
    // One slow frame, such as the first, is not what they all take.
    this.#cost = this.#cost === 0 ? Math.min(to - from, 10) : 0.8 * this.#cost + 0.2 * (to - from);
  }
}
