import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EventBody } from "../../engine/index.ts";
import { perSecond, secondsLeft } from "../../lib/rate.ts";
import { note } from "../../tui/state.ts";
import { watchedCurve } from "../../tui/watched.ts";
import {
  ended,
  halfway,
  partition,
  planned,
  START,
  started,
  stateAfter,
  type Told,
} from "./events.ts";

const nodeOf = (told: readonly Told[], id: string) =>
  stateAfter(told).nodes.find((node) => node.id === id)!;

describe("reduce", () => {
  it("starts with every node waiting, in the run's order", () => {
    const state = stateAfter(halfway.slice(0, 1));
    expect(state.pipeline).toBe("albert-tiny");
    expect(state.startedAt).toBe(START);
    expect(state.nodes.map(({ id, state }) => [id, state])).toEqual([
      ["ingest", "waiting"],
      ["vocab", "waiting"],
      ["sop-pairs", "waiting"],
      ["train", "waiting"],
      ["eval", "waiting"],
    ]);
  });

  it("follows each node through a run", () => {
    const states = stateAfter(halfway).nodes.map(({ id, state, why }) => [id, state, why]);
    expect(states).toEqual([
      ["ingest", "fresh", "same fingerprint 3f2a99887766"],
      ["vocab", "done", "params.size 8000 → 6000"],
      ["sop-pairs", "done", "input vocab changed"],
      ["train", "running", "never run"],
      ["eval", "waiting", ""],
    ]);
  });

  it("counts reused partitions as finished from the start, and never more than there are", () => {
    const begun: Told[] = [
      [0, started("p", ["a"])],
      [1, { type: "node-started", node: "a", partitions: 4, reused: 3 }],
    ];
    expect(nodeOf(begun, "a").partitions).toEqual({ total: 4, finished: 3, reused: 3 });
    const more: Told[] = [...begun, [2, partition("a")], [3, partition("a")]];
    expect(nodeOf(more, "a").partitions?.finished).toBe(4);
  });

  it("measures rate and time left from progress", () => {
    const { progress } = nodeOf(halfway, "train");
    expect(progress).toMatchObject({ done: 190, total: 400, unit: "steps" });
    expect(perSecond(progress!.rate)).toBe(10);
    expect(secondsLeft(progress!.rate, 400)).toBe(21);
  });

  it("keeps each metric's curve and its latest value", () => {
    const node = nodeOf(halfway, "train");
    expect(node.step).toBe(190);
    expect(node.metrics["learning_rate"]).toBe(0.001);
    expect(node.series["masked_lm_loss"]!.points).toHaveLength(20);
  });

  it("shows a failure in the node and in the log", () => {
    const error = { message: "out of disk", exitCode: 1 };
    const told: Told[] = [...halfway, [30, { type: "node-failed", node: "train", error }]];
    expect(nodeOf(told, "train")).toMatchObject({
      state: "failed",
      why: "out of disk",
      seconds: 26.5,
    });
    expect(stateAfter(told).log.at(-1)).toMatchObject({
      node: "train",
      level: "error",
      message: "out of disk",
    });
  });

  it("ends with the run", () => {
    const told: Told[] = [
      ...halfway,
      [30, { type: "run-finished", state: "done", seconds: 30, outputs: {} }],
    ];
    expect(stateAfter(told).finished).toEqual({ state: "done", seconds: 30 });
  });

  it("changes nothing for rows and for nodes that it does not know", () => {
    const before = stateAfter(halfway);
    const row: Told = [25, { type: "node-row", node: "train", table: "curve", row: { step: 1 } }];
    expect(stateAfter([...halfway, row])).toEqual(before);
    expect(
      stateAfter([...halfway, [25, planned("other", "fresh")], [26, ended("other", 1, 1)]]),
    ).toEqual(before);
  });

  it("keeps a bounded log", () => {
    const lines = Array.from({ length: 1000 }, (_, index): Told => {
      return [index, { type: "node-log", node: "a", level: "info", message: `line ${index}` }];
    });
    const { log } = stateAfter([[0, started("p", ["a"])], ...lines]);
    expect(log).toHaveLength(200);
    expect(log.at(-1)).toMatchObject({ number: 999, message: "line 999" });
  });

  it("takes what a library prints into the log", () => {
    const { log } = note(stateAfter(halfway), START, "warning:\x1b[31m deprecated");
    expect(log.at(-1)).toMatchObject({ node: "", message: "warning: deprecated" });
  });

  it("holds no string with a control character, whatever the events say", () => {
    const evil = fc.string({ unit: "binary" }).map((text) => `${text}\x1b]0;x\x07\r\u202e`);
    const bodies = (text: string): EventBody[] => [
      started(text, [text]),
      { ...planned(text, "stale"), why: [{ field: "params", name: text, was: text, is: text }] },
      { type: "node-progress", node: text, done: 1, total: 2, unit: text },
      { type: "node-metric", node: text, step: 1, values: { [text]: 1 } },
      { type: "node-log", node: text, level: "warn", message: text },
      { type: "node-failed", node: text, error: { message: text, exitCode: 1 } },
    ];
    fc.assert(
      fc.property(evil, (text) => {
        const state = stateAfter(bodies(text).map((body) => [0, body]));
        for (const shown of stringsIn(state))
          expect(shown).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
      }),
    );
  });
});

describe("watchedCurve", () => {
  it("is a loss of the running node, whatever else it measures", () => {
    expect(watchedCurve(stateAfter(halfway))).toMatchObject({
      node: "train",
      metric: "masked_lm_loss",
      step: 190,
    });
  });

  it("stays on the last measured node when another runs", () => {
    const told: Told[] = [
      ...halfway,
      [30, ended("train", 26, 1)],
      [30, { type: "node-started", node: "eval", partitions: 1, reused: 0 }],
    ];
    expect(watchedCurve(stateAfter(told))?.node).toBe("train");
  });

  it("is not there before anything was measured", () => {
    expect(watchedCurve(stateAfter(halfway.slice(0, 10)))).toBeUndefined();
  });
});

/** Every string and key in a value. */
function stringsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...stringsIn(inner)]);
}
