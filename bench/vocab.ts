import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "../lib/spread.ts";
import { type TrainerOptions, trainWordPiece } from "../lib/wordpiece/trainer.ts";
import { WordCounts } from "../lib/wordpiece/word-counts.ts";
import { readCorpus } from "./corpus.ts";
import { startPeer } from "./peer.ts";
import type { Result } from "./result.ts";
import { WordPieceThreads } from "./wordpiece-threads.ts";

const ROUNDS = 5;
const THREADS = 2;
const FILES = 20;

const OPTIONS: TrainerOptions = {
  size: 30_000,
  minFrequency: 2,
  alphabetLimit: 2000,
  specialTokens: ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"],
};

/** A vocabulary of 30,000 pieces from text files, counted in two threads, beside Hugging Face's `train(files)` on two. */
export async function run(args: readonly string[]): Promise<Result> {
  const { lines, description } = readCorpus(Number(args[0] ?? 50));
  console.log(description);
  const folder = mkdtempSync(join(tmpdir(), "bench-vocab-"));
  const threads = new WordPieceThreads(THREADS);
  try {
    const files = writeFiles(folder, lines);
    const peer = await startPeer(
      "vocab_hf.py",
      { files, ...OPTIONS },
      { RAYON_NUM_THREADS: String(THREADS), TOKENIZERS_PARALLELISM: "true" },
    );
    console.log(`peer: ${peer.description}`);
    const times = { ours: [] as number[], peer: [] as number[] };
    let pieces: readonly string[] = [];
    let unlike = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const start = performance.now();
      const again = await train(threads, files);
      times.ours.push((performance.now() - start) / 1000);
      if (round > 0 && again.join("\n") !== pieces.join("\n"))
        throw new Error("the same files gave another vocabulary");
      pieces = again;
      if (new Set(pieces).size !== OPTIONS.size)
        throw new Error(`${OPTIONS.size} pieces were asked for, ${pieces.length} came`);
      const trained: { seconds: number; pieces: string[] } = JSON.parse(await peer.ask("train"));
      times.peer.push(trained.seconds);
      const own = new Set(pieces);
      unlike = trained.pieces.filter((piece) => !own.has(piece)).length;
      console.log(
        `round ${round + 1}: ours ${times.ours.at(-1)!.toFixed(2)} s, peer ${trained.seconds.toFixed(2)} s, ` +
          `${unlike} of its pieces are not ours`,
      );
    }
    await peer.stop();
    const [ours, theirs] = [median(times.ours), median(times.peer)];
    const result = { bench: "vocab", ratio: theirs / ours, ours, peer: theirs, unit: "s" };
    return { ...result, size: pieces.length, piecesUnlikePeer: unlike, corpus: description };
  } finally {
    await threads.stop();
    rmSync(folder, { recursive: true });
  }
}

async function train(threads: WordPieceThreads, files: readonly string[]): Promise<string[]> {
  const words = new WordCounts();
  for (const { bytes, offsets, count } of await threads.count(files))
    for (let word = 0; word < count.length; word++)
      words.addWord(bytes, offsets[word]!, offsets[word + 1]!, count[word]!);
  const { alphabet, merges } = trainWordPiece(words, OPTIONS);
  return [...OPTIONS.specialTokens, ...alphabet, ...merges];
}

function writeFiles(folder: string, lines: readonly string[]): string[] {
  const share = Math.ceil(lines.length / FILES);
  return Array.from({ length: FILES }, (_, file) => {
    const path = join(folder, `${file}.txt`);
    writeFileSync(path, lines.slice(file * share, (file + 1) * share).join("\n"));
    return path;
  });
}
