import { spawn, spawnSync } from "node:child_process";
import { openSync, rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expansionLimitsSchema, openMembers } from "../../stages/ingest/open/index.ts";
import { tarOf, zipOf } from "./archives.ts";
import { fixtureBytes, SMALL } from "./fixtures/content.ts";
import { content, fixture, openedFile, reopener } from "./opened.ts";

const whole = Buffer.from(fixtureBytes());

/** Programs of the system and the levels at which they are tried. */
const PROGRAMS = {
  gzip: { suffix: "gz", levels: ["-1", "-6", "-9"] },
  bzip2: { suffix: "bz2", levels: ["-1", "-5", "-9"] },
  zstd: { suffix: "zst", levels: ["-1", "-19", "--ultra -22", "--long=27"] },
  xz: { suffix: "xz", levels: ["-0", "-6", "-9e", "--check=crc32"] },
} as const;

const present = Object.entries(PROGRAMS).filter(
  ([program]) => spawnSync(program, ["--version"]).error === undefined,
);

/** Bytes in which some parts come again, others do not, and runs of all lengths stand. */
const mixed = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
      fc
        .tuple(fc.nat({ max: whole.length }), fc.nat({ max: 60_000 }))
        .map(([at, length]) => whole.subarray(at, at + length)),
      fc
        .tuple(fc.nat({ max: 255 }), fc.nat({ max: 30_000 }))
        .map(([byte, length]) => Buffer.alloc(length, byte)),
    ),
    { maxLength: 12 },
  )
  .map((parts) => Buffer.concat(parts));

describe("what the system's programs compress", () => {
  it.each(present)(
    "%s: any bytes in any number of streams come back",
    async (program, { suffix, levels }) => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(mixed, { minLength: 1, maxLength: 3 }),
          fc.constantFrom(...levels),
          fc.integer({ min: 500, max: 1 << 20 }),
          async (streams, level, pieceBytes) => {
            const compressed = streams.map(
              (input) =>
                spawnSync(program, ["-c", ...level.split(" ")], { input, maxBuffer: 1 << 28 })
                  .stdout,
            );
            const found = await content(Buffer.concat(compressed), `a.${suffix}`, { pieceBytes });
            expect(found.equals(Buffer.concat(streams))).toBe(true);
          },
        ),
        { numRuns: 150 },
      );
    },
  );
});

describe("any damage", () => {
  const entries = [
    { name: "a", content: SMALL.repeat(20) },
    { name: "b.gz", content: gzipSync(SMALL) },
  ];
  const archives = {
    "a.gz": Buffer.concat([gzipSync(SMALL.repeat(20)), gzipSync(whole.subarray(0, 5000))]),
    "a.bz2": fixture("small.bz2"),
    "a.zst": fixture("small.zst"),
    "a.xz": fixture("small.xz"),
    "streams.bz2": fixture("streams.bz2"),
    "frames.zst": fixture("frames.zst"),
    "streams.xz": fixture("streams.xz"),
    "a.tar": tarOf(entries),
    "gnu.tar": fixture("gnu.tar"),
    "pax.tar": fixture("pax.tar"),
    "gnu.tar.zst": fixture("gnu.tar.zst"),
    "a.zip": zipOf(entries),
    "links.zip": fixture("links.zip"),
    "zip64.zip": fixture("zip64.zip"),
  };

  it.each(Object.entries(archives))(
    "of %s ends in data or a PipelineError",
    async (name, bytes) => {
      using reopen = reopener(name);
      const place = fc.nat({ max: bytes.length - 1 });
      const change = fc.oneof(
        fc.record({ kind: fc.constant("set"), at: place, value: fc.nat({ max: 255 }) }),
        fc.record({ kind: fc.constant("cut"), at: place, value: fc.nat({ max: 600 }) }),
        fc.record({ kind: fc.constant("copy"), at: place, value: place }),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 5 }), async (changes) => {
          let damaged = Buffer.from(bytes);
          for (const { kind, at, value } of changes) {
            if (kind === "set") damaged[at % damaged.length] = value;
            else if (kind === "cut" && damaged.length > value + 1)
              damaged = Buffer.concat([damaged.subarray(0, at), damaged.subarray(at + value)]);
            else if (kind === "copy") damaged.copyWithin(at, value, value + 512);
            if (damaged.length === 0) return;
          }
          try {
            await reopen.open(damaged);
          } catch (error) {
            expect((error as Error).name, String((error as Error).stack)).toBe("PipelineError");
          }
        }),
        { numRuns: bytes.length > 30_000 ? 400 : 4000 },
      );
    },
  );
});

describe("memory", () => {
  const BYTES = 2 ** 30;
  /** What reading may take beyond what the process has: zstd's window of 128 MiB at most is not used here. */
  const LIMIT = 100 * 2 ** 20;
  const limits = expansionLimitsSchema.parse({ maxExpansionRatio: 1e6 });
  let folder = "";

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "open-long-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(present)("%s: a file of 1 GiB takes less than 100 MiB", async (program, { suffix }) => {
    const path = join(folder, `big.${suffix}`);
    const child = spawn(program, ["-c", "-1"], { stdio: ["pipe", openSync(path, "w"), "inherit"] });
    const ended = new Promise((resolve) => child.on("exit", resolve));
    const repeats = Math.ceil(BYTES / whole.length);
    await pipeline(
      Readable.from(
        (function* () {
          for (let index = 0; index < repeats; index++) yield whole;
        })(),
      ),
      child.stdin!,
    );
    expect(await ended).toBe(0);

    await openedFile(await smallFile(suffix));
    const before = process.memoryUsage().rss;
    let peak = before;
    let read = 0;
    for await (const { bytes } of openMembers({ path, name: path }, { limits }))
      for await (const piece of bytes) {
        read += piece.length;
        peak = Math.max(peak, process.memoryUsage().rss);
      }
    expect(read).toBe(repeats * whole.length);
    console.log(`${program}: ${((peak - before) / 2 ** 20).toFixed(0)} MiB`);
    expect(peak - before).toBeLessThan(LIMIT);
  });

  /** Loads the codec before memory is measured. */
  async function smallFile(suffix: string): Promise<string> {
    const path = join(folder, `small.${suffix}`);
    const { writeFile } = await import("node:fs/promises");
    await writeFile(path, suffix === "gz" ? gzipSync(SMALL) : fixture(`small.${suffix}`));
    return path;
  }
});
