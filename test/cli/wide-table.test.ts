import { describe, expect, it } from "vitest";
import { wideTable } from "../../cli/inspect/wide-table.ts";
import { displayWidth } from "../../lib/width.ts";

const NAMES = ["variant", "note", "seconds", "era", "era_lowest", "era_highest", "memory_bytes"];
const ROWS = [
  {
    variant: "a",
    note: "",
    seconds: 61,
    era: 0.5,
    era_lowest: 0.4,
    era_highest: 0.6,
    memory_bytes: 4e8,
  },
  {
    variant: "b",
    note: "",
    seconds: 5,
    era: 0.7,
    era_lowest: 0.7,
    era_highest: 0.7,
    memory_bytes: 5e8,
  },
];

describe("a table that is wider than the terminal", () => {
  it("goes on below, with the first column again, ranges behind values, and no empty column", () => {
    const shown = wideTable(NAMES, ROWS, 44);
    expect(shown).toBe(`variant  seconds  era
───────  ───────  ─────────────────────────
a        1:01     0.5000 (0.4000 to 0.6000)
b        5.0 s    0.7000

variant  memory_bytes
───────  ────────────
a        400 MB
b        500 MB

empty: note`);
  });

  it("is left as it is where there is room, and is cut into tables that fit", () => {
    expect(wideTable(NAMES, ROWS, 200)).toMatch(/^variant +note +seconds +era +era_lowest/);
    for (const width of [20, 30, 50])
      for (const line of wideTable(NAMES, ROWS, width).split("\n"))
        expect(displayWidth(line)).toBeLessThanOrEqual(Math.max(width, 35));
  });
});
