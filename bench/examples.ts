import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Artifact,
  definePipeline,
  FileStore,
  inputSource,
  openInputs,
  run as runPipeline,
  viewBatch,
} from "../engine/index.ts";
import { median } from "../lib/spread.ts";
import { ingest, text } from "../stages/ingest/index.ts";
import { sopPairs } from "../stages/sop-pairs/index.ts";
import { examples } from "../stages/sop-pairs/tables.ts";
import { tokenize, wordpieceVocab } from "../stages/tokenize/index.ts";
import { sentences } from "../stages/tokenize/tables.ts";
import { readTokenizerInput } from "../stages/tokenizer-input.ts";
import { writeDocuments } from "./documents.ts";
import { type Peer, startPeer } from "./peer.ts";
import type { Result } from "./result.ts";

const ROUNDS = 1;
/** Six million pieces: two minutes of the peer, and enough that our start and end are not what is measured. */
const MEGABYTES = 3;
const SHAPE = { maxSeqLength: 128, maxPredictionsPerSeq: 20, dupeFactor: 10 };

/**
 * From tokenised sentences to examples on disk, in mode google, with the audit, beside the reference's own functions
 * writing TFRecords of the same token lists: one thread against one process, and two threads. ALBERT_REFERENCE is
 * the path of google-research/albert's create_pretraining_data.py. Args: megabytes of text, rounds.
 */
export async function run(args: readonly string[]): Promise<Result> {
  const reference = process.env["ALBERT_REFERENCE"];
  if (reference === undefined)
    throw new Error("set ALBERT_REFERENCE to google-research/albert's create_pretraining_data.py");
  const folder = await mkdtemp(join(tmpdir(), "bench-examples-"));
  try {
    const corpus = await writeDocuments(join(folder, "corpus"), "en", Number(args[0] ?? MEGABYTES));
    if (corpus === undefined) throw new Error("there is no English text to measure on");
    const store = await FileStore.open(join(folder, "store"), { write: true });
    const made = await prepared(store, folder);
    const tokens = join(folder, "tokens.jsonl");
    const vocabulary = await writeTokens(made.sentences, made.vocab, tokens);
    const records = join(folder, "examples.tfrecord");
    const peer = await startPeer("albert_examples.py", {
      reference,
      tokens,
      vocabulary,
      records,
      ...SHAPE,
    });
    console.log(`${corpus.description}; peer: ${peer.description}`);
    const result = await compare(store, folder, peer, Number(args[1] ?? ROUNDS));
    await peer.stop();
    await store.close();
    return { ...result, corpus: corpus.description };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function pipelineOf(
  folder: string,
  mode: "strict" | "google",
  dupeFactor: number = SHAPE.dupeFactor,
) {
  const corpus = join(folder, "corpus");
  const { documents } = ingest({}, { sources: [text({ cwd: corpus, files: "*.txt" })] });
  const { tokenizer } = wordpieceVocab({ documents }, { size: 3000 });
  const placed = tokenize({ documents, tokenizer });
  const { maxSeqLength, maxPredictionsPerSeq } = SHAPE;
  const capped = mode === "google" ? { maxPredictionsPerSeq } : {};
  const chosen = { mode, maxSeqLength, dupeFactor, audit: "report", ...capped } as const;
  const pairs = sopPairs({ sentences: placed.sentences, tokenizer }, chosen);
  return definePipeline({ name: "examples", seed: 42, outputs: { examples: pairs.examples } });
}

/** Runs what comes before the examples, and makes some, so that the workers' code is built. */
async function prepared(store: FileStore, folder: string) {
  const { artifacts, failures } = await runPipeline(pipelineOf(folder, "google", 1), { store });
  if (failures.length > 0) throw new Error(JSON.stringify(failures[0]));
  return { sentences: artifacts.get("tokenize")!, vocab: artifacts.get("vocab")! };
}

interface Speed {
  readonly seconds: number;
  readonly pieces: number;
  readonly bytes: number;
}

async function ours(
  store: FileStore,
  folder: string,
  mode: "strict" | "google",
  jobs: number,
): Promise<Speed> {
  const pipeline = pipelineOf(folder, mode);
  const started = performance.now();
  const options = { store, jobs, only: ["sop-pairs"], force: ["sop-pairs"] };
  const { artifacts, state } = await runPipeline(pipeline, options);
  const seconds = (performance.now() - started) / 1000;
  if (state !== "done") throw new Error("the examples could not be made");
  const artifact = artifacts.get("sop-pairs")!;
  const parts = artifact.manifest.partitions.flatMap(({ outputs }) => outputs["examples"] ?? []);
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  return { seconds, bytes, pieces: await piecesIn(artifact) };
}

async function piecesIn(artifact: Artifact): Promise<number> {
  const opened = await openInputs<{ table: typeof examples }>({
    table: inputSource(artifact, "examples", examples),
  });
  let pieces = 0;
  for await (const batch of opened.table.batches(["token_type_ids"])) {
    const { offsets } = viewBatch(examples, batch).token_type_ids;
    pieces += offsets[batch.numRows]! - offsets[0]!;
  }
  return pieces;
}

async function compare(
  store: FileStore,
  folder: string,
  peer: Peer,
  rounds: number,
): Promise<Result> {
  const speeds = { one: [], two: [], strict: [], peer: [], making: [] } as Record<
    "one" | "two" | "strict" | "peer" | "making",
    number[]
  >;
  let [disk, peerDisk] = [0, 0];
  for (let round = 0; round < rounds; round++) {
    const one = await ours(store, folder, "google", 1);
    const two = await ours(store, folder, "google", 2);
    const strict = await ours(store, folder, "strict", 1);
    const theirs = JSON.parse(await peer.ask("run"));
    speeds.one.push(one.pieces / one.seconds);
    speeds.two.push(two.pieces / two.seconds);
    speeds.strict.push(strict.pieces / strict.seconds);
    speeds.peer.push(theirs.pieces / (theirs.made + theirs.written));
    speeds.making.push(theirs.pieces / theirs.made);
    disk = one.bytes / one.pieces;
    peerDisk = theirs.bytes / theirs.pieces;
    const last = Object.entries(speeds).map(([name, all]) => `${name} ${all.at(-1)!.toFixed(0)}`);
    console.log(
      `round ${round + 1}: ${last.join(", ")} pieces/s of ${one.pieces} and ${theirs.pieces}; ` +
        `${disk.toFixed(2)} and ${peerDisk.toFixed(2)} bytes a piece`,
    );
  }
  const of = (name: keyof typeof speeds) => median(speeds[name]);
  return {
    bench: "examples",
    ratio: of("one") / of("peer"),
    ours: of("one"),
    peer: of("peer"),
    unit: "pieces/s",
    twoThreads: of("two"),
    strict: of("strict"),
    ratioToMakingOnly: of("one") / of("making"),
    bytesAPiece: disk,
    peerBytesAPiece: peerDisk,
    diskRatio: peerDisk / disk,
  };
}

/** Writes every document's sentences as the reference's tokens, a document a line, and gives the vocabulary. */
async function writeTokens(made: Artifact, vocab: Artifact, path: string): Promise<string[]> {
  const opened = await openInputs<{ table: typeof sentences }>({
    table: inputSource(made, "sentences", sentences),
  });
  const { pieces } = await readTokenizerInput({ path: join(vocab.folder, "tokenizer") });
  const documents = new Map<string, string[][]>();
  for await (const batch of opened.table.batches()) {
    const { document_key, input_ids } = viewBatch(sentences, batch);
    for (let row = 0; row < batch.numRows; row++) {
      const key = document_key.get(row);
      const ids = input_ids.values.subarray(input_ids.offsets[row], input_ids.offsets[row + 1]);
      if (ids.length === 0) continue;
      documents.set(key, documents.get(key) ?? []);
      documents.get(key)!.push(Array.from(ids, (id) => pieces[id]!));
    }
  }
  const lines = [...documents.values()].map((document) => JSON.stringify(document));
  await writeFile(path, `${lines.join("\n")}\n`);
  return [...pieces];
}
