import { resolve } from "node:path";
import { expect, it } from "vitest";
import { defaultStore } from "../../cli/load-config.ts";

it.each([
  ["the config is here", "/home/me/project", "/home/me/project", "/home/me/project/artifacts"],
  [
    "it is below here",
    "/home/me/project",
    "/home/me/project/configs",
    "/home/me/project/artifacts",
  ],
  ["it is above here", "/home/me/project/data", "/home/me/project", "/home/me/project/artifacts"],
  ["it is elsewhere", "/home/me", "/srv/project", "/srv/project/artifacts"],
  ["a name begins with dots", "/home/me", "/home/me/..configs", "/home/me/artifacts"],
])("%s", (_, cwd, folder, store) => {
  expect(defaultStore(resolve(cwd), resolve(folder))).toBe(resolve(store));
});
