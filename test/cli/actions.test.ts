import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { actionsIo, actionsLines, guard } from "../../cli/actions.ts";
import type { Io } from "../../cli/io.ts";
import { ended, eventOf, halfway, started, type Told } from "../tui/events.ts";
import { CliRig } from "./rig.ts";

function said(told: readonly Told[]): string[] {
  let text = "";
  const stream = { write: (more: string) => (text += more) } as unknown as NodeJS.WriteStream;
  const io = actionsIo({ stdout: stream, stderr: stream } as Io);
  const reporter = actionsLines(io, io.workflow!);
  for (const each of told) reporter.report(eventOf(each));
  return text.trimEnd().split("\n");
}

describe("in GitHub Actions", () => {
  it("a node's lines are a group that opens when it has ended", () => {
    expect(said(halfway.slice(0, 12))).toEqual([
      "albert-tiny: 5 nodes, seed 42, 2 jobs, store /store",
      "::group::done     vocab: 6,000 rows of out in 1.0 s",
      "stale    vocab: params.size 8000 → 6000",
      "running  vocab",
      "::endgroup::",
      "::group::done     sop-pairs: 15,330 rows of out in 2.1 s",
      "stale    sop-pairs: input vocab changed",
      "running  sop-pairs: 32 partitions, 30 reused",
      "::endgroup::",
    ]);
  });

  it("progress is said at intervals outside of groups, and what is stopped is shown", () => {
    const more = Array.from({ length: 8 }, (_, index): Told => {
      const progress = {
        type: "node-progress",
        node: "train",
        done: 200 + index,
        total: 400,
        unit: "steps",
      } as const;
      return [30 + index * 10, progress];
    });
    const over: Told = [
      120,
      { type: "run-finished", state: "interrupted", seconds: 120, outputs: {} },
    ];
    const lines = said([...halfway, ...more, over]);
    expect(lines.filter((line) => /^ +train: \d+\/400 steps/.test(line)).length).toBeLessThan(5);
    expect(lines.slice(-6)).toContain("::group::stopped  train");
    expect(lines.at(-1)).toBe("::endgroup::");
  });

  it("a failure is an annotation, its text escaped", () => {
    const error = { message: "100 % full\n::stop::", exitCode: 1 };
    const lines = said([
      [0, started("p", ["a"])],
      [1, { type: "node-failed", node: "a:b", error }],
    ]);
    expect(lines).toContain("::error title=a%3Ab::100 %25 full ::stop::");
  });

  it("no text becomes a command", () => {
    expect(guard("  ::error::x\n::set-env::y\nok ::z\n##[debug]q")).toBe(
      "  : :error::x\n: :set-env::y\nok ::z\n## [debug]q",
    );
    const parts = fc.array(fc.constantFrom(":", "::", " ", "\t", "##[", "#", "[", "\n", "a"));
    fc.assert(
      fc.property(parts, (words) => {
        for (const line of guard(words.join("")).split("\n")) {
          expect(line.trimStart().startsWith("::")).toBe(false);
          expect(line).not.toContain("##[");
        }
      }),
    );
    expect(said([[0, ended("x", 1, 1)]])).toEqual(["done     x: 1 rows of out in 1.0 s"]);
  });

  it("a whole run is grouped, and what inspect shows of data is guarded", async () => {
    using rig = new CliRig();
    rig.file("a.txt", "::error::owned ##[endgroup]");
    rig.config(["a.txt"]);
    vi.stubEnv("RIG_ACTIONS", "true");
    const [run, inspect] = await rig.each([
      ["run", "--ui", "plain"],
      ["inspect", "read"],
    ]);
    vi.unstubAllEnvs();
    expect(run!.stdout).toMatch(/^::group::done {5}read: 1 rows of text in [\d.]+ s$/m);
    expect(run!.stdout).toMatch(/^info {5}read: read ::error::owned ## \[endgroup]$/m);
    expect(inspect!.stdout).toMatch(/^ +text +::error::owned ## \[endgroup]$/m);
    expect(run!.stdout.match(/^::group::/gm)).toHaveLength(
      run!.stdout.match(/^::endgroup::$/gm)!.length,
    );
  });
});
