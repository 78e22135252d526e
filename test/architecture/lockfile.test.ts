import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

interface Entry {
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

it("locks the packages of every platform (mend with: node .ci/complete-lockfile.mjs)", () => {
  const lock = JSON.parse(readFileSync("package-lock.json", "utf8")) as {
    packages: Readonly<Record<string, Entry>>;
  };
  const missing = Object.entries(lock.packages).flatMap(([place, entry]) =>
    place === ""
      ? []
      : Object.keys(entry.optionalDependencies ?? {}).filter(
          (name) =>
            lock.packages[`${place}/node_modules/${name}`] === undefined &&
            lock.packages[`node_modules/${name}`] === undefined,
        ),
  );
  expect(missing).toEqual([]);
});
