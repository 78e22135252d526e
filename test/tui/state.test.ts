import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EventBody } from "../../engine/index.ts";
import { perSecond, secondsLeft } from "../../lib/rate.ts";
import { beats } from "../../tui/score.ts";
import { note } from "../../tui/state.ts";
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
    expect(nodeOf(told, "train")).toMatchObject({ state: "stopped", seconds: 26.5 });
  });

  it("changes nothing for rows that are no score and for nodes that it does not know", () => {
    const before = { ...stateAfter(halfway), latest: 0 };
    const row: Told = [25, { type: "node-row", node: "train", table: "curve", row: { step: 1 } }];
    expect({ ...stateAfter([...halfway, row]), latest: 0 }).toEqual(before);
    const others: Told[] = [
      [25, planned("other", "fresh")],
      [26, ended("other", 1, 1)],
    ];
    expect({ ...stateAfter([...halfway, ...others]), latest: 0 }).toEqual(before);
  });

  it("keeps scores beside their baselines, until their node is made again", () => {
    const row = { task: "era", metric: "accuracy", value: 0.7, baseline: 0.5, better: "higher" };
    const told: Told[] = [[24, { type: "node-row", node: "eval", table: "scores", row }]];
    const { scores } = stateAfter([...halfway, ...told]);
    expect(scores).toMatchObject([{ node: "eval", task: "era", value: 0.7, baseline: 0.5 }]);
    expect(scores.map(beats)).toEqual([true]);
    const again: Told = [25, { type: "node-started", node: "eval", partitions: 1, reused: 0 }];
    expect(stateAfter([...halfway, ...told, again]).scores).toEqual([]);
  });

  it("keeps what a node reads, is told and wrote, and how fast it went", () => {
    const node = nodeOf([...halfway, [30, ended("train", 26, 5)]], "train");
    expect(node.outputs).toEqual([{ name: "out", rows: 5, bytes: 50, parts: 1 }]);
    expect(node.folder).toBe("/f");
    expect(node.throughput.points.at(-1)).toEqual({ x: 19.5, y: 10 });
    const params = { optimiser: { name: "adamw", betas: [0.9, 0.999] }, steps: 3, none: null };
    const nodes = [{ id: "a", stage: "s", inputs: ["b"], params }];
    const begun = { ...started("p", []), nodes } as EventBody;
    expect(nodeOf([[0, begun]], "a")).toMatchObject({
      stage: "s",
      inputs: ["b"],
      params: [
        { path: "optimiser.name", value: "adamw" },
        { path: "optimiser.betas", value: "[0.9,0.999]" },
        { path: "steps", value: "3" },
        { path: "none", value: "null" },
      ],
    });
  });

  it("keeps a bounded log", () => {
    const lines = Array.from({ length: 1000 }, (_, index): Told => {
      return [index, { type: "node-log", node: "a", level: "info", message: `line ${index}` }];
    });
    const { log } = stateAfter([[0, started("p", ["a"])], ...lines]);
    expect(log).toHaveLength(500);
    expect(log.at(-1)).toMatchObject({ number: 999, message: "line 999" });
  });

  it("takes what a library prints into the log", () => {
    const { log } = note(stateAfter(halfway), START, "warning:\x1b[31m deprecated");
    expect(log.at(-1)).toMatchObject({ node: "", message: "warning: deprecated" });
  });

  it("holds no string with a control character, whatever the events say", () => {
    const evil = fc.string({ unit: "binary" }).map((text) => `${text}\x1b]0;x\x07\r\u202e`);
    const bodies = (text: string): EventBody[] => [
      {
        ...started(text, [text]),
        nodes: [{ id: text, stage: text, inputs: [text], params: { [text]: { [text]: text } } }],
        store: text,
      } as EventBody,
      { ...planned(text, "stale"), why: [{ field: "params", name: text, was: text, is: text }] },
      { type: "node-progress", node: text, done: 1, total: 2, unit: text },
      { type: "node-metric", node: text, step: 1, values: { [text]: 1 } },
      { type: "node-log", node: text, level: "warn", message: text },
      {
        type: "node-row",
        node: text,
        table: text,
        row: { task: text, metric: text, split: text, value: 1, baseline: 2, baseline_name: text },
      },
      {
        type: "node-finished",
        node: text,
        how: "ran",
        fingerprint: text,
        seconds: 1,
        folder: text,
        outputs: { [text]: { rows: 1, bytes: 1, parts: 1 } },
      },
      { type: "node-failed", node: text, error: { message: text, exitCode: 1 } },
    ];
    fc.assert(
      fc.property(evil, (text) => {
        const state = stateAfter(bodies(text).map((body) => [0, body]));
        const shown = stringsIn(state).join("");
        expect(shown).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
      }),
    );
  });
});

/** Every string and key in a value. */
function stringsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...stringsIn(inner)]);
}
