import { describe, expect, it } from "vitest";
import { PlainLines } from "../../cli/plain-lines.ts";
import { eventOf, halfway, partition, type Told } from "../tui/events.ts";

function linesOf(told: readonly Told[]): string[] {
  const lines = new PlainLines();
  return told.flatMap((each) => lines.line(eventOf(each)) ?? []);
}

const metric = (seconds: number, values: Record<string, number>): Told => [
  seconds,
  { type: "node-metric", node: "train", step: seconds * 10, values },
];
const progress = (seconds: number, done: number, total: number | null): Told => [
  seconds,
  { type: "node-progress", node: "train", done, total, unit: "steps" },
];

describe("PlainLines", () => {
  it("says a line for each change of state", () => {
    expect(linesOf(halfway.slice(0, 12))).toEqual([
      "albert-tiny: 5 nodes, seed 42, 2 jobs, store /store",
      "stale    vocab: params.size 8000 → 6000",
      "running  vocab",
      "done     vocab: 6,000 rows of out in 1.0 s",
      "stale    sop-pairs: input vocab changed",
      "running  sop-pairs: 32 partitions, 30 reused",
      "done     sop-pairs: 15,330 rows of out in 2.1 s",
      "stale    train: never run",
    ]);
  });

  it("says progress every five seconds, not at once, with speed and time left", () => {
    const told = Array.from({ length: 13 }, (_, second) => progress(second, second * 10, 200));
    expect(linesOf(told)).toEqual([
      "         train: 50/200 steps, 10/s, ETA 15.0 s",
      "         train: 100/200 steps, 10/s, ETA 10.0 s",
    ]);
    expect(linesOf([progress(0, 1, null), progress(9, 1, null)])).toEqual([
      "         train: 1 steps, 0/s",
    ]);
  });

  it("says bytes as bytes", () => {
    const told = [0, 6].map((second): Told => {
      const [seconds, event] = progress(second, second * 1e6, 12.5e6);
      return [seconds, { ...event, unit: "bytes" } as Told[1]];
    });
    expect(linesOf(told)).toEqual(["         train: 6.00 MB/12.5 MB, 1.00 MB/s, ETA 6.5 s"]);
  });

  it("says metrics at once and then every five seconds, those of one kind apart from those of another", () => {
    const told = [
      ...[0, 1, 2, 5, 6].map((second) => metric(second, { masked_lm_loss: 7 })),
      metric(6, { heldout_masked_lm_loss: 7.5 }),
    ];
    expect(linesOf(told)).toEqual([
      "         train: step 0: masked_lm_loss 7",
      "         train: step 50: masked_lm_loss 7",
      "         train: step 60: heldout_masked_lm_loss 7.500",
    ]);
  });

  it("says scores as they come, and no other rows", () => {
    const score = { task: "era", metric: "accuracy", split: "dev", value: 0.7, baseline: 0.5 };
    const row = { ...score, baseline_name: "majority" };
    expect(
      linesOf([
        [0, { type: "node-row", node: "era-sop-0", table: "scores", row }],
        [1, { type: "node-row", node: "train", table: "curve", row: { step: 1, loss: 2 } }],
        [2, { type: "node-row", node: "b", table: "scores", row: { ...score, baseline: null } }],
      ]),
    ).toEqual([
      "score    era-sop-0: era accuracy dev 0.7000 (majority 0.5000)",
      "score    b: era accuracy dev 0.7000",
    ]);
  });

  it("says logs and failures, but not each partition", () => {
    const error = { message: "out of disk", exitCode: 1 };
    expect(
      linesOf([
        [0, { type: "node-log", node: "a", level: "warn", message: "odd" }],
        [1, partition("a")],
        [2, { type: "node-failed", node: "a", error }],
      ]),
    ).toEqual(["warn     a: odd", "failed   a: out of disk"]);
  });
});
