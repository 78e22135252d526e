import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { pipelineName } from "../../cli/init/choices.ts";
import { configText } from "../../cli/init/config-text.ts";
import { TerminalRun } from "../rig/terminal.ts";
import { CliRig, type Left } from "./rig.ts";

/** A training of seconds. */
const SMALL = [
  "numTrainSteps=4",
  "trainBatchSize=4",
  "warmupSteps=1",
  "evaluateEverySteps=4",
  "heldoutSample=8",
].flatMap((setting) => ["--set", `train.${setting}`]);

describe("init", { timeout: 240_000 }, () => {
  const rig = new CliRig();
  afterAll(() => rig[Symbol.dispose]());
  const at = (...names: readonly string[]) => join(rig.folder, ...names);
  const done = (left: Left) => {
    expect(left.stderr).toBe("");
    expect(left.status).toBe(0);
    return left.stdout;
  };

  it("makes a Korean project that runs from text to scores and a report", async () => {
    const made = done(await rig.run("init", "한국어 albert", "--text", "korean", "--size", "tiny"));
    expect(made).toContain("albert: korean text, tiny");
    expect(made).toContain("made texts/: 36 sample documents");
    const config = at("한국어 albert", "pipeline.config.ts");
    const said = done(await rig.run("run", "--config", config, "--ui", "plain", ...SMALL));
    expect(said).toMatch(/^masked-lm +loss +heldout/m);
    const report = done(await rig.run("report", "--config", config));
    expect(report).toContain("report.html");
    const html = readFileSync(at("report.html"), "utf8");
    expect(html.includes("<title>albert: report</title>")).toBe(true);
    expect(/[가-힣]{2}/.test(html)).toBe(true);
  });

  it("makes an English project whose every node can be planned, and runs its text", async () => {
    done(await rig.run("init", "english", "--yes"));
    const config = at("english", "pipeline.config.ts");
    const graph = done(await rig.run("graph", "--config", config));
    expect(graph).toContain("○ train");
    const plan = done(await rig.run("run", "--dry-run", "--config", config));
    expect(plan).toMatch(/^ingest +stale/m);
  });

  it("makes a project of one's own text at base size", async () => {
    mkdirSync(at("mine", "books"), { recursive: true });
    for (let book = 0; book < 12; book++)
      writeFileSync(
        at("mine", "books", `${book}.txt`),
        `Book ${book} begins. It goes on. It ends here.\n`,
      );
    const made = done(
      await rig.run("init", "mine", "--text", "own", "--files", "books/*.txt", "--size", "base"),
    );
    expect(made).toContain("put your texts where books/*.txt finds them");
    const config = at("mine", "pipeline.config.ts");
    expect(readFileSync(config, "utf8")).toContain('albert("base")');
    done(
      await rig.run(
        "run",
        "sop-pairs",
        "--config",
        config,
        "--ui",
        "plain",
        "--set",
        "vocab.size=50",
      ),
    );
    expect(readdirSync(at("mine"))).toEqual([
      ".gitignore",
      "books",
      "package.json",
      "pipeline.config.ts",
    ]);
  });

  it.skipIf(process.platform === "win32")(
    "asks for what was not said, and makes nothing where one leaves",
    async () => {
      const options = { folder: rig.folder, columns: 100, rows: 30 };
      using asked = new TerminalRun(["init", "asked"], options);
      await asked.until(/1 english: .*\n +2 korean: .*\n +3 own: .*\n\[1] *$/m);
      asked.press("4\r");
      await asked.until("a number from 1 to 3, please");
      asked.press("own\r");
      await asked.until("Where are your texts? [texts/**/*.txt]");
      asked.press("mine/*.txt\r");
      await asked.until(/How large a model\?\n +1 tiny: /);
      asked.press("\r");
      expect((await asked.ended).exitCode).toBe(0);
      expect(asked.ordinary.join("\n")).toContain("asked: own text, tiny");
      expect(readFileSync(at("asked", "pipeline.config.ts"), "utf8")).toContain("mine/*.txt");

      for (const key of ["\x03", "\x04"]) {
        using left = new TerminalRun(["init", "left"], options);
        await left.until("[1]");
        left.press(key);
        expect((await left.ended).exitCode).toBe(130);
        expect(left.screen).toContain("error: left before the last question; nothing was made");
        expect(existsSync(at("left"))).toBe(false);
      }
    },
  );

  it("overwrites nothing and says what it does not know", async () => {
    const mine = JSON.stringify({ name: "mine" });
    rig.file("package.json", mine);
    rig.file(".gitignore", "mine\n");
    const kept = await rig.run("init");
    expect(kept.stdout).toContain("Next:\n  npm pkg set type=module\n");
    expect(kept.stdout.match(/made .*/g)).toEqual(["made pipeline.config.ts"]);
    expect(readFileSync(at("package.json"), "utf8")).toBe(mine);
    expect(readFileSync(at(".gitignore"), "utf8")).toBe("mine\n");
    const config = readFileSync(at("pipeline.config.ts"), "utf8");
    const left = await rig.run("init", "--size", "base");
    expect(left.status).toBe(2);
    expect(left.stderr).toContain("pipeline.config.ts is there already");
    expect(readFileSync(at("pipeline.config.ts"), "utf8")).toBe(config);
    const [text, size, option] = await rig.each([
      ["init", "x", "--text", "corean"],
      ["init", "x", "--size", "bse"],
      ["init", "x", "--txt", "own"],
    ]);
    expect(text!.stderr).toContain("did you mean korean?");
    expect(size!.stderr).toContain("did you mean base?");
    expect(option!.stderr).toContain("did you mean --text?");
    expect(existsSync(at("x"))).toBe(false);
  });
});

it("a folder's name becomes a pipeline's", () => {
  expect(["My Albert", "2026_run", "한국어", "a--b"].map(pipelineName)).toEqual([
    "my-albert",
    "run",
    "my-albert",
    "a-b",
  ]);
});

it("a glob stands in a config as a string, whatever is in it", () => {
  const files = 'a"; process.exit(1); "*.txt';
  const text = configText({ name: "x", text: "own", size: "tiny", files }, "albert-pipeline");
  expect(text).toContain(`files: ${JSON.stringify(files)}`);
});
