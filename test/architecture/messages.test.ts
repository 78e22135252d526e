import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const SOURCES = ["backend", "bench", "cli", "configs", "engine", "lib", "model", "stages", "tui"];

/** An error's message that begins with a capital, or ends with a full stop. */
const UNLIKE_OTHERS = /Error\(\s*(?:["`][A-Z][a-z]+ |"[^"]*\.",?\s*[{)]|`[^`]*\.`,?\s*[{)])/g;

it("messages of errors begin small and end without a full stop", () => {
  const names = SOURCES.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true }).map((name) => join(folder, String(name))),
  );
  const found = names
    .filter((name) => /\.tsx?$/.test(name))
    .flatMap((name) => {
      const source = readFileSync(join(root, name), "utf8");
      return [...source.matchAll(UNLIKE_OTHERS)].map(([text]) => `${name}: ${text}`);
    });
  expect(found).toEqual([]);
});
