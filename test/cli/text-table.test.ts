import { describe, expect, it } from "vitest";
import { fitColumns, textTable } from "../../cli/text-table.ts";

describe("textTable", () => {
  it("aligns text left, numbers right and wide characters by their columns", () => {
    expect(
      textTable(
        ["task", "value", "n"],
        [
          ["한국어", 0.5, 1984n],
          ["era", null, 12n],
        ],
      ),
    ).toBe(
      [
        "task     value      n",
        "──────  ──────  ─────",
        "한국어  0.5000  1,984",
        "era          –     12",
      ].join("\n"),
    );
  });

  it("shows nothing that a terminal acts on, and cuts what is long", () => {
    const table = textTable(["a\x1b[31m"], [["x\r\ny\u202e"], ["z".repeat(100)]]);
    expect(table.split("\n")).toEqual(["a", "─".repeat(72), "x y", `${"z".repeat(71)}…`]);
  });

  it("with no rows is its head", () => {
    expect(textTable(["a", "b"], [])).toBe("a  b\n─  ─");
  });
});

describe("fitColumns", () => {
  it("leaves out the last columns where there is no room, and names them", () => {
    const columns = ["first", "second", "third"];
    const rows = [["1", "2", "3"]];
    expect(fitColumns(columns, rows, 80)).toBe(textTable(columns, rows));
    expect(fitColumns(columns, rows, 15)).toBe(
      "first  second\n─────  ──────\n1      2\nnot shown: third",
    );
  });
});
