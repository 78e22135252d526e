import { expect, it } from "vitest";
import type { Example, ExampleKey } from "../../tui/example.ts";
import { ExampleLoader } from "../../tui/example-loader.ts";

const key = (row: number): ExampleKey => {
  return { node: "n", folder: "/f", output: "examples", row, rows: 100, tables: 1 };
};

/** Tables that answer when they are told to. */
function slow() {
  const waiting: (() => void)[] = [];
  const wait = () => new Promise<void>((resolve) => waiting.push(resolve));
  const asked: string[] = [];
  const loader = new ExampleLoader(
    {
      example: async ({ row }) => {
        asked.push(`row ${row}`);
        await wait();
        if (row === 13) throw new Error("it is gone");
        return { title: `${row}`, lines: [["text", `text ${row}`]] };
      },
      guess: async ({ row }) => {
        asked.push(`guess ${row}`);
        await wait();
        if (row === 12) throw new Error("no model");
        return [["model", `guess ${row}`]];
      },
      rows: async () => [],
    },
    () => {},
  );
  const answer = async () => {
    waiting.shift()!();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { loader, answer, asked };
}

const lines = (example: Example) => (example.state === "there" ? example.text.lines : example);

it("shows a row before what a model makes of it, and remembers both", async () => {
  const { loader, answer, asked } = slow();
  expect(loader.get(key(1))).toEqual({ state: "loading" });
  await answer();
  expect(loader.get(key(1))).toMatchObject({ state: "there", guessing: true });
  await answer();
  const whole = loader.get(key(1));
  expect(whole).toMatchObject({ guessing: false });
  expect(lines(whole)).toEqual([
    ["text", "text 1"],
    ["model", "guess 1"],
  ]);
  expect(asked).toEqual(["row 1", "guess 1"]);
});

it("asks no model about rows that were passed by", async () => {
  const { loader, answer, asked } = slow();
  loader.get(key(1));
  loader.get(key(2));
  loader.get(key(3));
  await answer();
  await answer();
  await answer();
  expect(lines(loader.get(key(3)))).toHaveLength(2);
  expect(asked).toEqual(["row 1", "row 3", "guess 3"]);
  expect(loader.get(key(1))).toEqual({ state: "loading" });
});

it("says why a row cannot be read or a model asked", async () => {
  const { loader, answer } = slow();
  loader.get(key(13));
  await answer();
  expect(loader.get(key(13))).toEqual({ state: "failed", message: "it is gone" });
  loader.get(key(12));
  await answer();
  await answer();
  expect(lines(loader.get(key(12)))).toContainEqual(["model", "no model"]);
});
