import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { parseBytes, parseCard } from "../../cli/estimate/sizes.ts";
import { CliRig } from "./rig.ts";

const index = JSON.stringify(pathToFileURL(`${import.meta.dirname}/../../index.ts`).href);

const CONFIG = `import { bert, definePipeline, ingest, sopPairs, text, tokenize, train, wordpieceVocab } from ${index};
const { documents } = ingest({}, { sources: [text({ files: "corpus/*.txt" })] });
const { tokenizer } = wordpieceVocab({ documents }, { size: 30_000 });
const { sentences } = tokenize({ documents, tokenizer });
const { examples } = sopPairs({ sentences, tokenizer }, { maxSeqLength: 384 });
const small = train({ examples, tokenizer }, { lengthBins: [128, 256] }, { as: "small" });
const large = train({ examples, tokenizer }, { model: bert("large"), numTrainSteps: 10 }, { as: "large" });
export default definePipeline({ name: "two", seed: 1, outputs: { all: [small.scores, large.scores] } });
`;

test("estimate says what trainings take and what would fit, and refuses what it cannot read", async () => {
  using rig = new CliRig();
  rig.file("pipeline.config.ts", CONFIG);
  const [text, fits, none, json, other, card, size] = await rig.each([
    ["estimate", "--untimed"],
    ["estimate", "small", "--untimed", "--memory", "12GB"],
    ["estimate", "large", "--untimed", "--memory", "12GB", "--card", "titan x"],
    ["estimate", "small", "--untimed", "--json"],
    ["estimate", "vocab"],
    ["estimate", "--card", "abacus"],
    ["estimate", "--memory", "plenty"],
  ]);
  expect(text!.stdout).toMatch(/^small\n {2}parameters/);
  expect(text!.stdout).toMatch(/^ +in length bins of 128, 256: less work and time/m);
  expect(text!.stdout).toContain("334,607,360");
  expect(text!.stdout).toContain("passes unknown until examples are made");
  expect(fits!.status).toBe(0);
  expect(fits!.stdout).toMatch(/12\.0 GB: at most \d+ examples at once/);
  expect(none!.status).toBe(1);
  expect(none!.stdout).toContain("it would with recomputeActivations: true");
  expect(none!.stdout).toMatch(/on Titan X +about /);
  const { trainings } = JSON.parse(json!.stdout);
  expect(trainings).toMatchObject([
    {
      node: "small",
      batch_size: 16,
      sequence_length: 384,
      length_bins: [128, 256],
      step_seconds: null,
      card: null,
    },
  ]);
  expect(other).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("vocab is no training"),
  });
  expect(card).toMatchObject({ status: 2, stderr: expect.stringContaining("known: Titan X") });
  expect(size).toMatchObject({ status: 2, stderr: expect.stringContaining("such as 12GB") });
}, 180_000);

test.each([
  ["12GB", 12e9],
  ["11.5 GiB", 11.5 * 2 ** 30],
  ["800M", 8e8],
  ["1tb", 1e12],
  ["4096", 4096],
])("%s is a size", (words, bytes) => {
  expect(parseBytes("--memory", words)).toBe(bytes);
});

test.each(["", "GB", "-1GB", "0GB", "12 apples", "1e9", "12GBB"])("%j is no size", (words) => {
  expect(() => parseBytes("--memory", words)).toThrow("--memory is not a size");
});

test("a card's memory comes with it", () => {
  expect(parseCard("V100").memoryBytes).toBe(32 * 2 ** 30);
});
