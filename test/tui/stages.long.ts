import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { displayWidth } from "../../lib/width.ts";
import { CliRig } from "../cli/rig.ts";
import { TerminalRun } from "../rig/terminal.ts";
import { expectRestored, foreignControls, HOSTILE, HOSTILE_NAME } from "./restored.ts";

const index = pathToFileURL(join(import.meta.dirname, "../../index.ts")).href;
const SIZES = [
  [60, 20],
  [100, 30],
  [160, 50],
] as const;
/** Nodes in the order in which they run; each is where a run is left once. */
const STAGES = ["ingest", "tokenize", "sop-pairs", "train", "eval"] as const;
/** A frame that changes every cell of 160 × 50 has three bytes and some colour for each. */
const MOST_A_FRAME = 60_000;
const USUAL_A_FRAME = 15_000;

const CONFIG = `
import { albert, definePipeline, evaluate, ingest, localFolder, sopPairs, task, text, tokenize, train, wordpieceVocab } from ${JSON.stringify(index)};
const { documents } = ingest({}, { sources: [text({ files: "corpus/*.txt", language: "en" })], heldout: { share: 0.2 } });
const { tokenizer } = wordpieceVocab({ documents }, { size: 200 });
const { sentences } = tokenize({ documents, tokenizer });
const { examples } = sopPairs({ sentences, tokenizer }, { maxSeqLength: 32, audit: "report" });
const model = albert("mini", { embeddingSize: 16, hiddenSize: 32, numAttentionHeads: 2, intermediateSize: 64 });
const { checkpoint, scores } = train({ examples, tokenizer }, { model, trainBatchSize: 8, numTrainSteps: 400, warmupSteps: 10, evaluateEverySteps: 100, heldoutSample: 16 });
const { data } = localFolder({}, { path: "task" });
const tone = evaluate({ checkpoint, data }, { task: task({ name: "tone", texts: [0], label: 1, labels: ["low", "high"], metrics: ["accuracy"] }), numTrainEpochs: 40, trainBatchSize: 8, maxSeqLength: 32 }, { as: "eval" });
export default definePipeline({ name: "tiny", seed: 3, outputs: { scores: [scores, tone.scores] } });
`;

const WORDS = ["ships", "harbours", "letters", "treaties", "winters", "taxes", "roads", "clerks"];

/** Documents of a few sentences, one with a name and one with a text that a terminal would act on. */
function writeCorpus(rig: CliRig): void {
  mkdirSync(join(rig.folder, "corpus"));
  mkdirSync(join(rig.folder, "task"));
  const word = (at: number) => WORDS[at % WORDS.length]!;
  for (let document = 0; document < 120; document++) {
    const sentences = Array.from({ length: 20 }, (_, at) => {
      const [a, b, c] = [word(document + at), word(at * 3 + 1), word(document * 5 + at * at)];
      return `In year ${document * 20 + at} the ${a} met the ${b} and spoke of ${c}.`;
    });
    rig.file(`corpus/d${document}.txt`, sentences.join(" "));
  }
  rig.file(`corpus/${HOSTILE_NAME}`, `${HOSTILE} the ships met the clerks. `.repeat(30));
  const rows = Array.from({ length: 60 }, (_, row) => {
    const label = row % 2 === 0 ? "low" : "high";
    return `${row === 0 ? HOSTILE.replaceAll(/[\r\n]/g, " ") : ""} the ${word(row)} were ${label}\t${label}`;
  });
  for (const split of ["train", "dev"])
    writeFileSync(join(rig.folder, "task", `${split}.tsv`), `text\tlabel\n${rows.join("\n")}\n`);
}

/** Resolves once the newest run of a store has begun a node. */
async function begun(store: string, node: string, count: number): Promise<void> {
  const runs = join(store, ".runs");
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    let logs: string[] = [];
    try {
      logs = readdirSync(runs)
        .filter((name) => name.endsWith(".jsonl"))
        .sort();
    } catch {
      continue;
    }
    if (logs.length < count) continue;
    const events = readFileSync(join(runs, logs.at(-1)!), "utf8").split("\n");
    const over = events.some((line) => line.includes('"run-finished"'));
    if (over) throw new Error(`the run was over before it began ${node}`);
    if (events.some((line) => line.includes('"node-started"') && line.includes(`"${node}"`)))
      return;
  }
}

function expectBoundedFrames(run: TerminalRun): void {
  const sizes = run.written
    .split("\x1b[?2026h")
    .slice(1)
    .map((frame) => Buffer.byteLength(frame));
  expect(Math.max(...sizes)).toBeLessThan(MOST_A_FRAME);
  const middle = sizes.sort((a, b) => a - b)[sizes.length >> 1] ?? 0;
  expect(middle).toBeLessThan(USUAL_A_FRAME);
}

describe.skipIf(process.platform === "win32")("a whole run in a terminal", () => {
  const rig = new CliRig();
  const store = join(rig.folder, "artifacts");
  let runs = 0;
  beforeAll(() => {
    writeCorpus(rig);
    rig.file("pipeline.config.ts", CONFIG);
  });
  afterAll(() => rig[Symbol.dispose]());

  const start = ([columns, rows]: readonly [number, number]) => {
    runs++;
    return new TerminalRun(["run"], { folder: rig.folder, columns, rows });
  };
  /** Shows that the dashboard is whole at each size, while the run goes on. */
  const resized = async (run: TerminalRun) => {
    for (const [columns, rows] of SIZES) {
      run.resize(columns, rows);
      await run.until((screen) => screen.split("\n")[rows - 2]!.startsWith("? help"));
      const lines = run.screen.split("\n");
      expect(lines[0]).toMatch(/^tiny /);
      expect(lines[rows - 1]).toBe("");
      for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
    }
  };

  it.each(STAGES.map((stage, at) => [stage, SIZES[at % SIZES.length]!] as const))(
    "left in %s at %j gives the terminal back and keeps what is finished",
    async (stage, size) => {
      using run = start(size);
      await begun(store, stage, runs);
      if (stage === "train") await resized(run);
      run.press("q");
      expect((await run.ended).exitCode).toBe(130);
      expectRestored(run);
      expectBoundedFrames(run);
      expect(foreignControls(run)).toEqual([]);
      expect(run.ordinary.join("\n")).toMatch(/^interrupted in /m);
    },
  );

  it("goes on to its end and sums up", async () => {
    using run = start([100, 30]);
    await begun(store, "eval", runs);
    await resized(run);
    await run.ended;
    expectRestored(run);
    expectBoundedFrames(run);
    expect(foreignControls(run)).toEqual([]);
    expect(run.ordinary.join("\n")).toMatch(/^tone +accuracy +dev/m);
    expect(run.ordinary.join("\n")).toMatch(/^done in /m);
  });

  it("tells afterwards what the model makes of an example", async () => {
    using watching = new TerminalRun(["watch"], { folder: rig.folder, columns: 160, rows: 50 });
    await watching.until(/eval +(done|fresh)/);
    watching.press("g/sop\re");
    await watching.until(/model +\d+: /);
    watching.press("q");
    await watching.ended;
    expectRestored(watching);
    expect(foreignControls(watching)).toEqual([]);
  });
});
