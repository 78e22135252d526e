import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

const forbidden: readonly [folder: string, specifier: string, message: string][] = [
  ["lib", "../engine/index.ts", "lib/ imports nothing of ours"],
  ["lib/wordpiece", "../../model/config.ts", "lib/ imports nothing of ours"],
  ["engine", "../stages/ingest/tables.ts", "engine/ knows nothing of text, ALBERT or terminals"],
  ["engine", "../model/config.ts", "engine/ knows nothing of text, ALBERT or terminals"],
  ["engine", "../backend/backend.ts", "engine/ knows nothing of text, ALBERT or terminals"],
  ["backend", "../model/config.ts", "backend/ runs any program of tensors"],
  ["backend/onnx", "../../engine/index.ts", "backend/ runs any program of tensors"],
  ["model", "../engine/index.ts", "model/ and engine/ are strangers"],
  ["model", "../stages/train/tables.ts", "model/ imports lib/ and backend/ only"],
  ["stages/train", "../../engine/run.ts", "the engine's public face"],
  ["stages/train", "../tokenize/index.ts", "Stages know each other only by tables.ts"],
  ["stages/train", "../deduplicate/near.ts", "Stages know each other only by tables.ts"],
  ["stages/train", "../../tui/state.ts", "never the other way round"],
  ["tui", "../model/config.ts", "tui/ is a reader of the engine's events"],
  ["tui", "../engine/run.ts", "nothing else of the engine"],
  ["tui", "../report/index.ts", "tui/ is a reader of the engine's events"],
  ["stages/train", "../../report/index.ts", "never the other way round"],
  ["report", "../engine/run.ts", "nothing else of the engine"],
  ["report/collect", "../../stages/train/tables.ts", "knows tables by their columns"],
  ["report", "../tui/state.ts", "report/ reads events and artifacts"],
  ["report", "../cli/io.ts", "report/ reads events and artifacts"],
  ["cli", "../engine/run.ts", "by its public face, engine/index.ts"],
  ["cli", "../configs/larger.config.ts", "cli/ loads configs by path"],
];

const allowed: readonly [folder: string, specifier: string][] = [
  ["engine", "../lib/random.ts"],
  ["backend", "../lib/random.ts"],
  ["model", "../backend/backend.ts"],
  ["stages/train", "../../engine/index.ts"],
  ["stages/train", "../../lib/random.ts"],
  ["stages/train", "../tokenize/tables.ts"],
  ["stages/train", "../../backend/backend.ts"],
  ["tui", "../engine/index.ts"],
  ["report", "../engine/index.ts"],
  ["report/collect", "../../stages/tokenizer-of.ts"],
  ["cli", "../engine/index.ts"],
  ["cli", "../report/index.ts"],
];

const file = (folder: string, kind: string, index: number) => `${folder}/${kind}-${index}.ts`;

describe("imports go one way", () => {
  let home: string;
  let report: { file: string; text: string }[];

  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), "imports-"));
    cpSync(join(root, "biome.jsonc"), join(home, "biome.jsonc"));
    const write = (name: string, specifier: string) => {
      mkdirSync(dirname(join(home, name)), { recursive: true });
      writeFileSync(join(home, name), `export * from "${specifier}";\n`);
    };
    forbidden.forEach(([folder, specifier], index) => {
      write(file(folder, "forbidden", index), specifier);
    });
    allowed.forEach(([folder, specifier], index) => {
      write(file(folder, "allowed", index), specifier);
    });
    write("lib/cycle-a.ts", "./cycle-b.ts");
    write("lib/cycle-b.ts", "./cycle-a.ts");
    const { stdout } = spawnSync(
      process.execPath,
      [
        join(root, "node_modules/@biomejs/biome/bin/biome"),
        "lint",
        "--vcs-enabled=false",
        "--max-diagnostics=none",
        "--reporter=json",
        ".",
      ],
      { cwd: home, encoding: "utf8" },
    );
    const { diagnostics } = JSON.parse(stdout) as {
      diagnostics: { location: { path: string }; [key: string]: unknown }[];
    };
    report = diagnostics.map((diagnostic) => ({
      file: diagnostic.location.path,
      text: JSON.stringify(diagnostic),
    }));
  });
  afterAll(() => rmSync(home, { recursive: true }));

  const saidOf = (name: string) => report.filter(({ file }) => file === name).map((d) => d.text);

  it.each(forbidden.map((row, index) => [...row, index] as const))(
    "%s must not import %s",
    (folder, _specifier, message, index) => {
      expect(saidOf(file(folder, "forbidden", index)).join("\n")).toContain(message);
    },
  );

  it.each(allowed.map((row, index) => [...row, index] as const))(
    "%s may import %s",
    (folder, _specifier, index) => {
      expect(saidOf(file(folder, "allowed", index)).join("\n")).not.toContain("RestrictedImports");
    },
  );

  it("finds a cycle", () => {
    expect(saidOf("lib/cycle-a.ts").join("\n")).toContain("noImportCycles");
  });
});
