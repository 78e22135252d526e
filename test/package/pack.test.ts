import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../..");

const CONFIG = `
import { definePipeline, ingest, sopPairs, text, tokenize, wordpieceVocab } from "albert-pipeline";

const { documents } = ingest({}, { sources: [text({ files: "corpus/*.txt" })] });
const { tokenizer } = wordpieceVocab({ documents }, { size: 80 });
const { sentences } = tokenize({ documents, tokenizer });
const { examples } = sopPairs({ sentences, tokenizer }, { maxSeqLength: 32 });
export default definePipeline({ name: "elsewhere", seed: 1, outputs: { examples } });
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
});
