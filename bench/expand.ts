import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "../lib/spread.ts";
import { expansionLimitsSchema, openMembers } from "../stages/ingest/open/index.ts";
import { readCorpus } from "./corpus.ts";
import { startPeer } from "./peer.ts";
import type { Result } from "./result.ts";

const MEGABYTES = 30;
const ROUNDS = 5;
/** bzip2 first: it decides how long a Wikipedia dump takes. */
const FORMATS = ["bz2", "gz", "zst", "xz", "zip", "tar"] as const;

/** Compressed files and archives read in pieces, in one thread, beside Python's standard library: MB/s of text. */
export async function run(): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "bench-expand-"));
  try {
    const text = Buffer.from(readCorpus(MEGABYTES).lines.join("\n"));
    const megabytes = text.length / 1e6;
    writeFileSync(join(folder, "text"), text);
    const peer = await startPeer("expand_python.py", { text: join(folder, "text"), folder });
    console.log(`${megabytes.toFixed(1)} MB of text; peer: ${peer.description}`);
    const speeds: Record<string, { ours: number; peer: number }> = {};
    for (const format of FORMATS) {
      const times = { ours: [] as number[], peer: [] as number[] };
      for (let round = 0; round < ROUNDS; round++) {
        const start = performance.now();
        await readAll(join(folder, `text.${format}`), text.length);
        times.ours.push((performance.now() - start) / 1000);
        times.peer.push(JSON.parse(await peer.ask(format)).seconds);
      }
      const ours = megabytes / median(times.ours);
      const theirs = megabytes / median(times.peer);
      speeds[format] = { ours, peer: theirs };
      console.log(`${format}: ours ${ours.toFixed(0)}, peer ${theirs.toFixed(0)} MB/s`);
    }
    await peer.stop();
    const { ours, peer: theirs } = speeds[FORMATS[0]]!;
    return {
      bench: "expand",
      ratio: ours / theirs,
      ours,
      peer: theirs,
      unit: "MB/s",
      peerIs: "Python's bz2",
      speeds,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function readAll(path: string, bytes: number): Promise<void> {
  let read = 0;
  const limits = expansionLimitsSchema.parse({});
  for await (const member of openMembers({ path, name: path }, { limits }))
    for await (const piece of member.bytes) read += piece.length;
  if (read !== bytes) throw new Error(`${path} gives ${read} bytes instead of ${bytes}`);
}
