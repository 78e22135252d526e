import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { checkGlue, verdictLines } from "../../cli/fetch/check.ts";
import { checkReading } from "../../cli/fetch/check-reading.ts";
import { type DataSet, dataSet, type PublishedTask } from "../../cli/fetch/data-sets.ts";
import { fetchDataSet } from "../../cli/fetch/fetch-data-set.ts";
import { splitMrpc } from "../../cli/fetch/mrpc.ts";
import { zipArchive } from "../../lib/zip-archive.ts";
import { tarOf } from "../ingest/archives.ts";
import { sendFile, serve, sha256 } from "../ingest/file-server.ts";
import { tempFolder } from "../rig/temp-folder.ts";
import { CliRig } from "./rig.ts";

const shared = resolve(import.meta.dirname, "../../../shared/data/glue");
const bytesOf = (text: string) => new TextEncoder().encode(text);

const TSV = {
  "train.tsv": "index\tsentence1\tsentence2\tlabel\n0\ta\tb\tentailment\n1\tc\td\tnot_entailment\n",
  "dev.tsv": "index\tsentence1\tsentence2\tlabel\n0\ta\tb\tentailment\n",
  "test.tsv": "index\tsentence1\tsentence2\n0\ta\tb\n",
};
const ARCHIVE = zipArchive([
  { name: "RTE/original/train.tsv", bytes: bytesOf("another version") },
  ...Object.entries(TSV).map(([name, text]) => ({ name: `RTE/${name}`, bytes: bytesOf(text) })),
  { name: "__MACOSX/RTE/._train.tsv", bytes: bytesOf("x") },
]);

/** A data set of one task, published as these bytes. */
function published(
  name: string,
  file: string,
  bytes: Uint8Array,
  make: PublishedTask["make"],
): DataSet {
  const url = `https://official.example.org/data/${file}`;
  const downloads = [{ url, sha256: sha256(bytes), bytes: bytes.length }];
  return { name: "glue", tasks: [{ name, downloads, make }] };
}

const rte = (bytes = ARCHIVE, files = Object.keys(TSV)) =>
  published("RTE", "RTE.zip", bytes, { how: "unzip", files });

beforeEach(async () => {
  vi.stubEnv("PIPELINE_CACHE", await tempFolder());
  return () => vi.unstubAllEnvs();
});

async function fetching(wanted: DataSet, baseUrl: string, folder?: string) {
  const to = folder ?? (await tempFolder());
  const said: string[] = [];
  await fetchDataSet(wanted, to, { baseUrl, log: (message) => void said.push(message) });
  return { to, said };
}

describe("fetchDataSet", () => {
  test("downloads from a mirror, though it is cut, and takes out the official version", async () => {
    const server = await serve((request, response, n) =>
      sendFile(request, response, ARCHIVE, {
        etag: '"1"',
        ...(n === 0 && { cutAfter: 200, cutMs: 100 }),
      }),
    );
    const { to, said } = await fetching(rte(), `${server.origin}/mirror/`);
    expect(server.seen.map(({ url }) => url)).toEqual(["/mirror/RTE.zip", "/mirror/RTE.zip"]);
    for (const [name, text] of Object.entries(TSV))
      expect(await readFile(join(to, "RTE", name), "utf8")).toBe(text);
    expect(await readdir(to)).toEqual(["RTE"]);
    expect(said.at(-1)).toBe("RTE: 3 files written");

    const again = await fetching(rte(), server.origin, to);
    expect(again.said).toEqual(["RTE: already there"]);
    expect(server.seen).toHaveLength(2);
  });

  test("what was downloaded is used again without a network", async () => {
    const server = await serve((request, response) => sendFile(request, response, ARCHIVE));
    await fetching(rte(), server.origin);
    await server.close();
    const { to } = await fetching(rte(), server.origin);
    expect(await readFile(join(to, "RTE", "dev.tsv"), "utf8")).toBe(TSV["dev.tsv"]);
  });

  test("other content than the official is an error, and leaves nothing", async () => {
    const server = await serve((request, response) =>
      sendFile(request, response, new Uint8Array(ARCHIVE.length)),
    );
    const to = await tempFolder();
    await expect(fetching(rte(), server.origin, to)).rejects.toThrow("not the declared one");
    expect(await readdir(to)).toEqual([]);
  });

  test("an archive without a file that it should have is an error", async () => {
    const server = await serve((request, response) => sendFile(request, response, ARCHIVE));
    const files = ["train.tsv", "extra.tsv"];
    await expect(fetching(rte(ARCHIVE, files), server.origin)).rejects.toThrow("lacks files");
  });

  test("RACE's passages are joined, a file a split and level", async () => {
    const passage = (id: string) =>
      JSON.stringify({ id, article: "A", questions: ["Q"], options: [["a", "b"]], answers: ["B"] });
    const tar = gzipSync(
      tarOf([
        { name: "RACE/train/high/1.txt", content: passage("high1.txt") },
        { name: "RACE/train/high/2.txt", content: passage("high2.txt") },
        { name: "RACE/dev/middle/1.txt", content: passage("middle1.txt") },
      ]),
    );
    const files = ["train-high.jsonl", "dev-middle.jsonl"];
    const race = published("RACE", "RACE.tar.gz", tar, { how: "passages", files });
    const server = await serve((request, response) => sendFile(request, response, tar));
    const { to } = await fetching(race, server.origin);
    const verdicts = await checkReading(race, to);
    expect(verdicts.map(({ file, examples, problem }) => [file, examples, problem])).toEqual([
      ["train-high.jsonl", 2, "not as many as published"],
      ["dev-middle.jsonl", 1, "not as many as published"],
    ]);
  });
});

describe("splitMrpc", () => {
  test.skipIf(!existsSync(shared))(
    "makes GLUE's files of Microsoft's (../shared/data, else skipped)",
    async () => {
      const read = (name: string) => readFile(join(shared, "MRPC", name), "utf8");
      const [train, dev, unlabelled] = await Promise.all(
        ["train.tsv", "dev.tsv", "test.tsv"].map(read),
      );
      const lines = (text: string) => text.trimEnd().split("\n");
      const [header, ...pairs] = lines(train!);
      const devPairs = lines(dev!).slice(1);
      // Microsoft's training file has both, in an order that each keeps.
      const both = [...pairs.slice(0, 1000), ...devPairs, ...pairs.slice(1000)];
      const ids = devPairs.map((line) => line.split("\t").slice(1, 3).join("\t"));
      const tested = lines(unlabelled!).map((line) =>
        ["1", ...line.split("\t").slice(1)].join("\t"),
      );
      const made = splitMrpc(
        `\ufeff${[header, ...both].join("\r\n")}\r\n`,
        tested.join("\r\n"),
        ids.join("\n"),
      );
      expect(made["train.tsv"] === `${lines(train!).join("\n")}\n`).toBe(true);
      expect(made["dev.tsv"] === `${lines(dev!).join("\n")}\n`).toBe(true);
      expect(made["test.tsv"] === `${lines(unlabelled!).join("\n")}\n`).toBe(true);
    },
  );

  test("a listed pair that is not there is an error", () => {
    expect(() => splitMrpc("q\ti\tj\ta\tb\n1\t2\t3\tx\ty\n", "q\n", "7\t8\n")).toThrow(
      "told apart",
    );
  });
});

describe("what is there is checked", () => {
  test("by counts, columns and labels", async () => {
    const folder = await tempFolder();
    await mkdir(join(folder, "RTE"), { recursive: true });
    await writeFile(join(folder, "RTE", "train.tsv"), TSV["train.tsv"]);
    await writeFile(join(folder, "RTE", "dev.tsv"), TSV["dev.tsv"].replace("entailment", "maybe"));
    const verdicts = await checkGlue(dataSet("glue", ["RTE", "CoLA", "AX"]), folder);
    expect(
      verdicts.map(({ task, split, examples, problem }) => [task, split, examples, problem]),
    ).toEqual([
      ["RTE", "train", 2, "not as many as published"],
      ["RTE", "dev", undefined, expect.stringContaining("maybe")],
      ["RTE", "test", undefined, "missing"],
      ["CoLA", "train", undefined, "missing"],
      ["AX", "ax", undefined, "missing"],
    ]);
    expect(verdictLines(verdicts).at(-1)).toContain("5 of 5");
  });

  test.skipIf(!existsSync(shared))(
    "official files are whole (../shared/data, else skipped)",
    async () => {
      const names = ["CoLA", "RTE", "MRPC", "STS-B", "WNLI"];
      const verdicts = await checkGlue(dataSet("glue", names), shared);
      expect(verdicts).toHaveLength(15);
      expect(verdicts.every(({ problem }) => problem === undefined)).toBe(true);
      const [sample] = await checkGlue(dataSet("glue", ["QQP"]), shared);
      expect(sample).toMatchObject({ file: "train.sample.tsv", published: undefined });
    },
  );
});

describe("pipeline fetch", () => {
  test("refuses what it does not know, and names the nearest", async () => {
    using rig = new CliRig();
    const wrong = await rig.run("fetch", "glu");
    expect([wrong.status, wrong.stderr]).toEqual([
      2,
      expect.stringContaining("did you mean glue?"),
    ]);
    const task = await rig.run("fetch", "glue", "--task", "SST2");
    expect([task.status, task.stderr]).toEqual([2, expect.stringContaining("did you mean SST-2?")]);
  });

  test("takes the mirror's address, and believes no other sha256", async () => {
    const server = await serve((request, response) => sendFile(request, response, bytesOf("x")));
    using rig = new CliRig();
    const args = ["fetch", "glue", "--task", "WNLI", "--base-url", server.origin];
    const left = await rig.run(...args);
    expect(left.status).toBe(1);
    expect(left.stderr).toContain("28999 bytes");
    expect(server.seen.map(({ url }) => url)).toEqual(["/WNLI.zip"]);
    expect(existsSync(join(rig.folder, "glue"))).toBe(false);
  });

  test("--check reads and judges", async () => {
    using rig = new CliRig();
    await mkdir(join(rig.folder, "data/RTE"), { recursive: true });
    await writeFile(join(rig.folder, "data/RTE/train.tsv"), TSV["train.tsv"]);
    const left = await rig.run("fetch", "glue", "--to", "data", "--task", "RTE", "--check");
    expect(left.status).toBe(1);
    expect(left.stdout).toMatch(/RTE +train +train.tsv +2 +2,490 +not as many as published/);
  });
});
