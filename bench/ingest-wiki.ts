import { createReadStream } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import wtf from "wtf_wikipedia";
import { median } from "../lib/spread.ts";
import { readWikiDump } from "../stages/ingest/markup/wiki.ts";
import { type ConvertOptions, convertPages } from "../stages/ingest/markup/wiki-convert.ts";
import { WikiXmlReader } from "../stages/ingest/markup/wiki-xml.ts";
import { type ProcessRun, runPipeline } from "./preparation.ts";
import type { Result } from "./result.ts";
import { writeWikiDump } from "./wiki-dump.ts";

const ROUNDS = 3;
const MEGABYTES = 50;
const THREADS = [1, 2];
const root = fileURLToPath(new URL("..", import.meta.url));

const CONFIG = `
import { definePipeline } from "${root}engine/index.ts";
import { ingest, wikipedia } from "${root}stages/ingest/index.ts";

const { documents } = ingest({}, { sources: [wikipedia({ files: "wiki.xml" })] });
export default definePipeline({ name: "ingest-wiki", seed: 1, outputs: { documents } });
`;

/**
 * MB/s of XML from a wiki's dump to text and to the table of documents, at one thread and two; beside reading the XML
 * alone, converting its wikitext alone, and the library used plainly (`wtf(page).text()`), each in one thread.
 */
export async function run(args: readonly string[]): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "bench-ingest-wiki-"));
  try {
    const file = join(folder, "wiki.xml");
    const dump = await writeWikiDump(file, Number(args[0] ?? MEGABYTES));
    if (dump === undefined)
      throw new Error("the dump is made of the articles of ../shared/data, which is not there");
    await writeFile(join(folder, "pipeline.config.ts"), CONFIG);
    const megabytes = dump.bytes / 1e6;
    console.log(`${megabytes.toFixed(1)} MB of XML, ${dump.pages} pages`);

    const speeds: Record<string, number[]> = {};
    const note = (name: string, seconds: number, size = megabytes) => {
      speeds[name] ??= [];
      speeds[name].push(size / seconds);
    };
    for (let round = 0; round < ROUNDS; round++) {
      const pages: string[] = [];
      note("XML alone", await timed(() => readXml(file, (text) => pages.push(text))));
      note("wikitext alone", await timed(async () => void convertPages(pages, OPTIONS)));
      for (const threads of THREADS)
        note(`dump to text, ${threads} threads`, await timed(() => readDump(file, threads)));
      // A tenth of the pages is enough for what is so much slower.
      const some = pages.slice(0, Math.ceil(pages.length / 10));
      const plainly = await timed(async () => {
        for (const page of some) wtf(page).text({});
      });
      note("the library plainly", plainly, (megabytes * some.length) / pages.length);
      for (const jobs of THREADS) {
        await rm(join(folder, "artifacts"), { recursive: true, force: true });
        note(`dump to documents, -j ${jobs}`, inside(await runPipeline(folder, "-j", `${jobs}`)));
      }
      for (const [name, values] of Object.entries(speeds))
        console.log(`round ${round + 1}: ${name}: ${values.at(-1)!.toFixed(1)} MB/s`);
    }
    const medians = Object.fromEntries(
      Object.entries(speeds).map(([name, values]) => [name, median(values)]),
    );
    const ours = medians["dump to text, 1 threads"]!;
    const peer = medians["the library plainly"]!;
    return {
      bench: "ingest-wiki",
      ratio: ours / peer,
      ours,
      peer,
      unit: "MB/s",
      peerIs: "wtf(page).text() for each page, without reading the XML; both in one thread",
      speeds: medians,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const OPTIONS: ConvertOptions = {
  sections: ["references", "external links"],
  prefixes: ["file", "category"],
  headings: false,
  disambiguations: false,
  secondsPerPage: 600,
};

async function timed(action: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await action();
  return (performance.now() - started) / 1000;
}

function bytesOf(file: string): AsyncIterable<Uint8Array> {
  return createReadStream(file, { highWaterMark: 1 << 20 });
}

async function readXml(file: string, take: (text: string) => void): Promise<void> {
  const reader = new WikiXmlReader(() => true);
  const decoder = new TextDecoder();
  for await (const piece of bytesOf(file))
    for (const { text } of reader.push(decoder.decode(piece, { stream: true }))) take(text);
}

async function readDump(file: string, threads: number): Promise<void> {
  const pages = readWikiDump(bytesOf(file), {
    where: file,
    threads,
    namespaces: [0],
    redirects: false,
    reject(line, reason) {
      throw new Error(`line ${line}: ${reason}`);
    },
  });
  for await (const _ of pages);
}

/** Seconds from the run's first event to its last: the process's start is not counted. */
function inside({ events }: ProcessRun): number {
  return events.find((event) => event.type === "run-finished")?.["seconds"] as number;
}
