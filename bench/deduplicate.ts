import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RandomStream } from "../lib/random.ts";
import { median } from "../lib/spread.ts";
import { Sketcher } from "../stages/deduplicate/sketch.ts";
import { Units } from "../stages/deduplicate/units.ts";
import { readCorpus } from "./corpus.ts";
import { startPeer } from "./peer.ts";
import type { Result } from "./result.ts";

const MEGABYTES = 10;
const ROUNDS = 5;
const HASHES = 128;
const SHINGLE = 5;
/** Characters of a document: a short web page. */
const DOCUMENT = 2000;
/** One word in so many of every second document is changed: about 0.8 alike. */
const CHANGED = 45;

/** English documents, each followed by one that is like it. */
function documentPairs(): string[] {
  const random = new RandomStream(1, "bench deduplicate");
  const documents: string[] = [];
  let words: string[] = [];
  let length = 0;
  for (const line of readCorpus(MEGABYTES / 2).lines) {
    if (/\p{Script=Hangul}/u.test(line)) continue;
    for (const word of line.split(/\s+/)) {
      words.push(word);
      length += word.length + 1;
    }
    if (length < DOCUMENT) continue;
    const edited = words.map((word) =>
      random.below(CHANGED) === 0 ? `x${random.below(1000)}` : word,
    );
    documents.push(words.join(" "), edited.join(" "));
    words = [];
    length = 0;
  }
  return documents;
}

/** Signatures of documents in one thread, beside MinHash in Python: speed, and how far the estimates are from the truth. */
export async function run(): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "bench-deduplicate-"));
  try {
    const texts = documentPairs();
    const documents = texts.map((text) => new TextEncoder().encode(text));
    const megabytes = documents.reduce((sum, { length }) => sum + length, 0) / 1e6;
    writeFileSync(join(folder, "documents"), JSON.stringify(texts));
    const peer = await startPeer("minhash_numpy.py", {
      documents: join(folder, "documents"),
      hashes: HASHES,
    });
    console.log(
      `${megabytes.toFixed(1)} MB in ${documents.length} documents; peer: ${peer.description}, one thread each`,
    );
    const times: { ours: number[]; peer: number[] } = { ours: [], peer: [] };
    let error = 0;
    let peerError = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const start = performance.now();
      const signatures = sign(documents);
      times.ours.push((performance.now() - start) / 1000);
      const theirs = JSON.parse(await peer.ask("sign"));
      times.peer.push(theirs.seconds);
      error = meanError(signatures, theirs.exact);
      peerError = theirs.error;
      console.log(
        `round ${round + 1}: ours ${(megabytes / times.ours.at(-1)!).toFixed(1)}, ` +
          `peer ${(megabytes / theirs.seconds).toFixed(2)} MB/s; mean error ${error.toFixed(4)}, peer ${peerError.toFixed(4)}`,
      );
    }
    await peer.stop();
    const [ours, theirs] = [megabytes / median(times.ours), megabytes / median(times.peer)];
    return {
      bench: "deduplicate",
      ratio: ours / theirs,
      ours,
      peer: theirs,
      unit: "MB/s",
      peerIs: "MinHash by numpy, which no compiled library stands for here",
      error,
      peerError,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function sign(documents: readonly Uint8Array[]): Uint16Array {
  const units = new Units();
  const sketcher = new Sketcher(HASHES, SHINGLE);
  const signatures = new Uint8Array(2 * HASHES * documents.length);
  for (const [index, bytes] of documents.entries()) {
    units.length = 0;
    units.add(bytes, 0, bytes.length);
    sketcher.sketch(units.values, units.length, signatures, 2 * HASHES * index);
  }
  return new Uint16Array(signatures.buffer);
}

/** How far estimates of neighbours are from their exact similarity, on average. */
function meanError(signatures: Uint16Array, exact: readonly number[]): number {
  let sum = 0;
  for (const [pair, similarity] of exact.entries()) {
    let agree = 0;
    for (let at = 2 * pair * HASHES; at < (2 * pair + 1) * HASHES; at++)
      if (signatures[at] === signatures[at + HASHES]) agree++;
    sum += Math.abs(agree / HASHES - similarity);
  }
  return sum / exact.length;
}
