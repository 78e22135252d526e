import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { graphRows } from "../../tui/graph.ts";

const drawn = (nodes: readonly (readonly [id: string, ...inputs: string[]])[]): string[] =>
  graphRows(nodes.map(([id, ...inputs]) => ({ id, inputs }))).map(
    ({ before, after }) => `${before}@${after}`,
  );

describe("graphRows", () => {
  it("draws a chain in one lane", () => {
    expect(drawn([["a"], ["b", "a"], ["c", "b"]])).toEqual(["@", "@", "@"]);
  });

  it("draws lines past nodes to those that read them", () => {
    expect(
      drawn([
        ["ingest"],
        ["signatures", "ingest"],
        ["duplicates", "signatures"],
        ["unique", "ingest", "duplicates"],
        ["words", "unique"],
        ["vocab", "words"],
        ["tokenize", "unique", "vocab"],
        ["pairs", "tokenize", "vocab"],
        ["train", "pairs", "vocab"],
      ]),
    ).toEqual(["@ ", "├@", "│@", "@┘", "├@", "│@", "@┤", "@┤", "@┘"]);
  });

  it("crosses the lines that it passes", () => {
    expect(drawn([["a"], ["b"], ["c"], ["d", "a", "c"], ["e", "a", "b"]])).toEqual([
      "@  ",
      "│@ ",
      "││@",
      "├┼@",
      "@┘ ",
    ]);
  });

  it("is as wide for every node, and empty where there are too many lanes", () => {
    const many = Array.from({ length: 20 }, (_, index) => [`n${index}`] as [string]);
    const all = many.map(([id]) => id);
    expect(new Set(drawn([...many, ["last", ...all]]))).toEqual(new Set(["@"]));
    const edges = fc.array(fc.array(fc.nat(30), { maxLength: 3 }), { maxLength: 30 });
    fc.assert(
      fc.property(edges, (graph) => {
        const nodes = graph.map((inputs, at) => {
          const read = new Set(inputs.filter((input) => input < at).map((input) => `n${input}`));
          return [`n${at}`, ...read] as [string, ...string[]];
        });
        const rows = drawn(nodes);
        expect(new Set(rows.map((row) => row.length)).size).toBeLessThanOrEqual(1);
        for (const row of rows) expect(row.match(/@/g)).toHaveLength(1);
      }),
    );
  });
});
