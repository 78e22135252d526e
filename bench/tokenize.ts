import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "../lib/spread.ts";
import { defaultNormaliser } from "../lib/wordpiece/normaliser.ts";
import { trainWordPiece } from "../lib/wordpiece/trainer.ts";
import { WordCounter } from "../lib/wordpiece/word-counter.ts";
import { readCorpus } from "./corpus.ts";
import { type Peer, startPeer } from "./peer.ts";
import type { Result } from "./result.ts";
import { WordPieceThreads } from "./wordpiece-threads.ts";

const ROUNDS = 5;
const THREADS = 2;
const SPECIAL_TOKENS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

/**
 * Text to ids, in two threads each, beside Hugging Face's tokenizers from Node (`encodeBatch`, ids read) and from
 * Python (`encode_batch_fast`): ours with nothing cached at first, and a second time over. Args: megabytes, rounds.
 */
export async function run(args: readonly string[]): Promise<Result> {
  const rounds = Number(args[1] ?? ROUNDS);
  const { lines, description } = readCorpus(Number(args[0] ?? 50));
  console.log(description);
  const folder = mkdtempSync(join(tmpdir(), "bench-tokenize-"));
  const threads = new WordPieceThreads(THREADS);
  try {
    const text = Buffer.from(lines.join("\n"));
    const pieces = trainOn(text);
    const files = { text: join(folder, "text"), tokenizer: join(folder, "tokenizer.json") };
    writeFileSync(files.text, text);
    writeFileSync(files.tokenizer, JSON.stringify(huggingFace(pieces)));
    const environment = { RAYON_NUM_THREADS: String(THREADS), TOKENIZERS_PARALLELISM: "true" };
    const peers = {
      node: await startPeer("tokenize_node.mjs", files, environment),
      python: await startPeer("tokenize_hf.py", files, environment),
    };
    for (const peer of Object.values(peers)) console.log(`peer: ${peer.description}`);
    await threads.load(lines);
    const result = await compare(threads, pieces, peers, text.length / 1e6, rounds);
    for (const peer of Object.values(peers)) await peer.stop();
    return { ...result, corpus: description };
  } finally {
    await threads.stop();
    rmSync(folder, { recursive: true });
  }
}

async function compare(
  threads: WordPieceThreads,
  pieces: readonly string[],
  peers: { readonly node: Peer; readonly python: Peer },
  megabytes: number,
  rounds: number,
): Promise<Result> {
  const speeds = { cold: [], warm: [], node: [], python: [] } as Record<
    "cold" | "warm" | "node" | "python",
    number[]
  >;
  for (let round = 0; round < rounds; round++) {
    await threads.setVocab(pieces);
    speeds.cold.push(megabytes / (await threads.encode()));
    speeds.warm.push(megabytes / (await threads.encode()));
    const digest = createHash("sha256");
    for (const ids of await threads.ids()) digest.update(ids);
    const ours = digest.digest("hex");
    for (const name of ["node", "python"] as const) {
      const theirs = JSON.parse(await peers[name].ask("tokenize"));
      if (theirs.digest !== ours) throw new Error(`the ids differ from those of ${name}`);
      speeds[name].push(megabytes / theirs.seconds);
    }
    const last = Object.entries(speeds).map(([name, all]) => `${name} ${all.at(-1)!.toFixed(1)}`);
    console.log(`round ${round + 1}: ${last.join(", ")} MB/s`);
  }
  const [cold, warm, node, python] = [speeds.cold, speeds.warm, speeds.node, speeds.python].map(
    median,
  ) as [number, number, number, number];
  return {
    bench: "tokenize",
    ratio: cold / node,
    ours: cold,
    peer: node,
    unit: "MB/s",
    warm,
    python,
    ratioToPython: cold / python,
  };
}

function trainOn(text: Uint8Array): string[] {
  const counter = new WordCounter(defaultNormaliser);
  counter.addText(text, 0, text.length);
  const { alphabet, merges } = trainWordPiece(counter.finish(), {
    size: 30_000,
    minFrequency: 2,
    alphabetLimit: 2000,
    specialTokens: SPECIAL_TOKENS,
  });
  return [...SPECIAL_TOKENS, ...alphabet, ...merges];
}

/** The vocabulary and our default normaliser as Hugging Face's tokenizer.json. */
function huggingFace(pieces: readonly string[]): unknown {
  const bert = {
    type: "BertNormalizer",
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: false,
    lowercase: true,
  };
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: { type: "Sequence", normalizers: [bert, { type: "NFC" }] },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: null,
    decoder: null,
    model: {
      type: "WordPiece",
      unk_token: "[UNK]",
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(pieces.map((piece, id) => [piece, id])),
    },
  };
}
