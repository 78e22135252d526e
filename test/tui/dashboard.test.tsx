import { renderToString } from "ink";
import { render } from "ink-testing-library";
import { describe, expect, it, vi } from "vitest";
import { displayWidth } from "../../lib/width.ts";
import { App } from "../../tui/app.tsx";
import { Dashboard } from "../../tui/dashboard.tsx";
import type { DashboardState } from "../../tui/state.ts";
import { ended, halfway, START, started, stateAfter, type Told } from "./events.ts";

const NOW = START + 25_000;

function frame(state: DashboardState, columns: number, rows: number, stopping = false): string[] {
  const props = { state, now: NOW, columns, rows, stopping };
  return renderToString(<Dashboard {...props} />, { columns }).split("\n");
}

describe("Dashboard", () => {
  it("at 100 columns shows nodes, progress, the loss, metrics and the log", () => {
    const lines = frame(stateAfter(halfway), 100, 30);
    expect(lines.slice(0, 8)).toEqual([
      `albert-tiny${" ".repeat(72)}3/5 nodes  25.0 s`,
      "",
      expect.stringMatching(/^= ingest {5}fresh {4}233 rows {11}.* same fingerprint 3f2a9/),
      expect.stringMatching(
        /^✓ vocab {6}done {5}6,000 rows .* 1\.0 s {2}params\.size 8000 → 6000$/,
      ),
      expect.stringMatching(
        /^✓ sop-pairs {2}done {5}32 parts, 30 reused .* 2\.1 s {2}input vocab changed$/,
      ),
      expect.stringMatching(
        /^● train {6}running {2}190\/400 steps .* 10\/s {2}ETA 21\.0 s .* 21\.5 s {2}never run$/,
      ),
      "· eval       waiting",
      "",
    ]);
    expect(lines[8]).toBe("train  masked_lm_loss");
    expect(lines.filter((line) => /[\u2801-\u28ff]/.test(line)).length).toBeGreaterThan(5);
    expect(lines).toContain("step 190  learning_rate 0.001  masked_lm_loss 6.405");
    expect(lines.at(-3)).toMatch(/^\d\d:\d\d:\d\d train: 784,770 parameters$/);
    expect(lines.at(-1)).toBe("q or Ctrl-C: stop. What is finished stays.");
  });

  it("at 60 columns keeps names, states, progress and time left", () => {
    const lines = frame(stateAfter(halfway), 60, 24);
    expect(lines[5]).toMatch(/^● train {6}running {2}190\/400 steps {8}ETA 21\.0 s$/);
  });

  it("at 160 columns says why in full", () => {
    const why = [1, 2, 3].map((step) => {
      return { field: "params", name: `parameterNumber${step}`, was: "100", is: "200" } as const;
    });
    const told: Told[] = [
      ...halfway.slice(0, 3),
      [1, { type: "node-planned", node: "vocab", state: "stale", fingerprint: "f00", why }],
    ];
    expect(frame(stateAfter(told), 160, 40)[3]).toContain(
      "params.parameterNumber1 100 → 200; params.parameterNumber2 100 → 200; params.parameterNumber3 100 → 200",
    );
  });

  it("is never taller than one line less than the terminal nor wider than it", () => {
    const states = [
      stateAfter([]),
      stateAfter(halfway.slice(0, 1)),
      stateAfter(halfway),
      manyNodes(),
    ];
    for (const state of states) {
      for (const columns of [20, 60, 80, 100, 160]) {
        for (const rows of [6, 10, 16, 24, 30, 60]) {
          const lines = frame(state, columns, rows);
          expect(lines.length).toBeLessThanOrEqual(rows - 1);
          for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
        }
      }
    }
  });

  it("keeps the running node in sight where not all fit", () => {
    const lines = frame(manyNodes(), 80, 12);
    expect(lines.join("\n")).toContain("● node-20");
    expect(lines.join("\n")).toMatch(/… 3\d more nodes/);
  });

  it("says that it is stopping", () => {
    expect(frame(stateAfter(halfway), 100, 30, true).at(-1)).toBe(
      "Stopping once the work in hand is safe. Ctrl-C again stops at once.",
    );
  });
});

describe("keys", () => {
  it("q and Ctrl-C ask to stop, others do nothing", async () => {
    const onStop = vi.fn();
    const props = { state: stateAfter(halfway), now: NOW, columns: 100, rows: 30, stopping: false };
    const shown = render(<App {...props} keys={true} onStop={onStop} />);
    await settled();
    shown.stdin.write("x");
    await settled();
    expect(onStop).toHaveBeenCalledTimes(0);
    shown.stdin.write("q");
    await settled();
    shown.stdin.write("\u0003");
    await settled();
    expect(onStop).toHaveBeenCalledTimes(2);
    shown.unmount();
  });
});

/** 40 nodes, of which the first 20 are done and the next runs. */
function manyNodes(): DashboardState {
  const ids = Array.from({ length: 40 }, (_, index) => `node-${index}`);
  return stateAfter([
    [0, started("wide", ids)],
    ...ids.slice(0, 20).map((id): Told => [1, ended(id, 1, 10)]),
    [2, { type: "node-started", node: "node-20", partitions: 1, reused: 0 }],
  ]);
}

/** Ink reads keys and renders between turns of the event loop. */
function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}
