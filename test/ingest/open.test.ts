import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { crc32, crc32ByTable } from "../../lib/crc32.ts";
import { expansionLimitsSchema, innerName, openMembers } from "../../stages/ingest/open/index.ts";
import { tarOf, zipOf } from "./archives.ts";
import { fixtureBytes, SMALL } from "./fixtures/content.ts";
import { failure, folderWith } from "./ingested.ts";
import { content, fixture, fixturePath, listed, opened, openedFile } from "./opened.ts";

const limits = expansionLimitsSchema.parse({});
const whole = Buffer.from(fixtureBytes());

describe("names", () => {
  it.each([
    ["books.txt", "books.txt", false],
    ["a/books.txt.gz", "a/books.txt", false],
    ["BOOKS.TXT.BZ2", "BOOKS.TXT", false],
    ["wiki.xml.bz2", "wiki.xml", false],
    ["a.tar", "a.tar", true],
    ["a.tar.zst", "a.tar", true],
    ["a.b.tgz", "a.b.tar", true],
    ["a.txz", "a.tar", true],
    ["a.zip", "a.zip", true],
    ["folder.gz/plain", "folder.gz/plain", false],
    [".gz", ".gz", false],
    ["a/.gz", "a/.gz", false],
    ["gz", "gz", false],
  ])("reads %s as %s, an archive: %s", (fileName, name, archive) => {
    expect(innerName(fileName)).toEqual({ name, archive });
  });
});

describe("plain files", () => {
  it("are one member without a name, in pieces of the size asked for", async () => {
    const [member, ...others] = await opened("0123456789", "a.txt", { pieceBytes: 4 });
    expect(others).toEqual([]);
    expect(member).toEqual({ name: "", content: Buffer.from("0123456789"), pieces: [4, 4, 2] });
  });

  it("may be empty", async () => {
    expect(await opened("", "a.txt")).toEqual([{ name: "", content: Buffer.alloc(0), pieces: [] }]);
  });

  it("are not taken for compressed because they begin like it", async () => {
    for (const text of ["BZh9 is how bzip2 begins", "PK\x03", "ustar", "\x1f\x8b", "P*M"])
      expect((await content(text, "a.txt")).toString()).toBe(text);
  });
});

describe.each(["text.bz2", "streams.bz2", "text.zst", "frames.zst", "text.xz", "streams.xz"])(
  "%s",
  (name) => {
    it("gives what was compressed, whatever the pieces, and counts the file's bytes", async () => {
      for (const pieceBytes of [1 << 20, 65_536, 1000]) {
        let read = 0;
        const onRead = (bytes: number) => {
          read += bytes;
        };
        const [member] = await openedFile(fixturePath(name), { pieceBytes, onRead });
        expect(member!.content.equals(whole)).toBe(true);
        expect(read).toBe(fixture(name).length);
        const last = whole.length % pieceBytes || pieceBytes;
        expect(new Set(member!.pieces.slice(0, -1))).toEqual(
          new Set(whole.length > pieceBytes ? [pieceBytes] : []),
        );
        expect(member!.pieces.at(-1)).toBe(last);
      }
    });

    it("is known by its bytes alone", async () => {
      expect((await content(fixture(name), "dump")).equals(whole)).toBe(true);
    });
  },
);

describe("gzip", () => {
  it("gives back any bytes in any number of members, read in any pieces", async () => {
    const bytes = fc.uint8Array({ maxLength: 300 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(bytes, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 70 }),
        fc.nat({ max: 20 }),
        async (members, pieceBytes, zeros) => {
          const file = Buffer.concat([
            ...members.map((member) => gzipSync(member)),
            Buffer.alloc(zeros),
          ]);
          const found = await content(file, "a.gz", { pieceBytes });
          expect(found.equals(Buffer.concat(members))).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each([-1, 0, 1])("keeps bytes at a piece's border (%i)", async (beyond) => {
    const bytes = whole.subarray(0, 65_536 + beyond);
    const found = await content(gzipSync(bytes), "a.gz", { pieceBytes: 65_536 });
    expect(found.equals(bytes)).toBe(true);
  });
});

describe("what is too large to be undone at once", () => {
  it("comes back from gzip's members and from zip", async () => {
    const noise = Buffer.concat([whole, createHash("sha512").update(whole).digest(), whole]);
    const gzip = Buffer.concat([
      gzipSync(noise),
      gzipSync("small"),
      gzipSync(whole),
      Buffer.alloc(9),
    ]);
    const zip = zipOf([
      { name: "deflated", content: noise },
      { name: "stored", content: noise, stored: true },
      { name: "small", content: "small" },
    ]);
    for (const pieceBytes of [1 << 20, 50_000]) {
      const all = Buffer.concat([noise, Buffer.from("small"), whole]);
      expect((await content(gzip, "a.gz", { pieceBytes })).equals(all)).toBe(true);
      const [deflated, stored, small] = await opened(zip, "a.zip", { pieceBytes });
      expect(deflated!.content.equals(noise)).toBe(true);
      expect(stored!.content.equals(noise)).toBe(true);
      expect(small!.content.toString()).toBe("small");
    }
  });
});

describe("CRC-32", () => {
  it("has the check value of its definition", () => {
    expect(crc32ByTable(Buffer.from("123456789"))).toBe(0xcbf43926);
  });

  it("is the same by table as by zlib, at once or in two parts", () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (first, second) => {
        const both = Buffer.concat([first, second]);
        expect(crc32ByTable(second, crc32ByTable(first))).toBe(crc32(both));
      }),
    );
  });
});

describe("tar", () => {
  const common = {
    "d/a.txt": SMALL,
    "d/empty.txt": "",
    "d/sub/b.txt.bz2": "b",
    "d/sub/c.txt": "c".repeat(2000),
    "d/한글.txt": "ㄱ",
  };
  const withLong = { ...common, [`d/${"long".repeat(40)}.txt`]: "long" };

  it.each(["v7.tar", "ustar.tar"])("reads %s, without its links and folders", async (name) => {
    expect(listed(await openedFile(fixturePath(name)))).toEqual(common);
  });

  it.each(["gnu.tar", "pax.tar", "gnu.tar.bz2", "gnu.tar.zst", "gnu.tar.xz"])(
    "reads %s, with a long name, in any pieces",
    async (name) => {
      for (const pieceBytes of [1 << 20, 700, 64])
        expect(listed(await openedFile(fixturePath(name), { pieceBytes }))).toEqual(withLong);
    },
  );

  it("reads .tar.gz and .tgz, and what its bytes say is a tar archive in gzip", async () => {
    const bytes = gzipSync(fixture("gnu.tar"));
    for (const name of ["a.tar.gz", "a.tgz", "a", "a.gz"])
      expect(listed(await opened(bytes, name))).toEqual(withLong);
  });

  it("reads an archive without members", async () => {
    for (const name of ["a.tar", "a.tar.gz"]) {
      const zeros = Buffer.alloc(10_240);
      expect(await opened(name.endsWith("gz") ? gzipSync(zeros) : zeros, name)).toEqual([]);
    }
  });

  it("gives back any files, whether their bytes are read, passed over or left midway", async () => {
    const file = fc.record({
      content: fc.uint8Array({ maxLength: 1200 }),
      use: fc.constantFrom("read", "pass", "leave"),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(file, { maxLength: 6 }),
        fc.integer({ min: 1, max: 600 }),
        fc.boolean(),
        async (files, pieceBytes, zipped) => {
          const entries = files.map(({ content }, index) => ({ name: `${index}.bin`, content }));
          const bytes = zipped ? zipOf(entries) : tarOf(entries);
          const name = zipped ? "a.zip" : "a.tar";
          using folder = folderWith({ [name]: bytes });
          const path = join(folder.path, name);
          const options = { limits, pieceBytes };
          let index = 0;
          for await (const member of openMembers({ path, name }, options)) {
            expect(member.name).toBe(`${index}.bin`);
            const { content, use } = files[index++]!;
            if (use === "pass") continue;
            const pieces: Uint8Array[] = [];
            for await (const piece of member.bytes) {
              pieces.push(piece);
              if (use === "leave") break;
            }
            const expected = use === "leave" ? content.subarray(0, pieceBytes) : content;
            expect(Buffer.concat(pieces)).toEqual(Buffer.from(expected));
          }
          expect(index).toBe(entries.length);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("zip", () => {
  const sub = { "d/sub/b.txt.bz2": "b", "d/sub/c.txt": "c".repeat(2000) };

  it.each(["stored.zip", "zip64.zip"])("reads %s", async (name) => {
    let read = 0;
    const onRead = (bytes: number) => {
      read += bytes;
    };
    expect(listed(await openedFile(fixturePath(name), { onRead }))).toEqual(sub);
    expect(read).toBe(fixture(name).length);
  });

  it("reads what was zipped from a pipe, and leaves out links", async () => {
    expect(listed(await openedFile(fixturePath("piped.zip")))).toEqual({ "-": "c".repeat(2000) });
    const members = listed(await openedFile(fixturePath("links.zip")));
    expect(Object.keys(members)).toContain("d/한글.txt");
    expect(Object.keys(members)).not.toContain("d/link");
    expect(members["d/z-hard"]).toBe(SMALL);
  });

  it("reads an archive without members", async () => {
    expect(await opened(zipOf([]), "a.zip")).toEqual([]);
  });
});

describe("members", () => {
  it("are selected by their clean names", async () => {
    const bytes = tarOf([
      { name: "./a/./one.txt", content: "1" },
      { name: "a//two.md", content: "2" },
      { name: "three.txt", content: "3" },
    ]);
    const asked: string[] = [];
    const matches = (name: string) => {
      asked.push(name);
      return name.endsWith(".txt");
    };
    expect(listed(await opened(bytes, "x.tar", { matches }))).toEqual({
      "a/one.txt": "1",
      "three.txt": "3",
    });
    expect(asked).toEqual(["a/one.txt", "a/two.md", "three.txt"]);
  });

  it("are decompressed", async () => {
    const entries = [
      { name: "a.txt.gz", content: gzipSync("one") },
      { name: "b.txt.zst", content: fixture("small.zst") },
      { name: "c.txt.xz", content: fixture("small.xz") },
      { name: "d.txt.bz2", content: fixture("small.bz2") },
      { name: "e.txt", content: "plain" },
    ];
    const expected = {
      "a.txt.gz": "one",
      "b.txt.zst": SMALL,
      "c.txt.xz": SMALL,
      "d.txt.bz2": SMALL,
      "e.txt": "plain",
    };
    expect(listed(await opened(tarOf(entries), "x.tar"))).toEqual(expected);
    expect(listed(await opened(zipOf(entries), "x.zip"))).toEqual(expected);
  });

  it("decompress inside an archive that is compressed the same way", async () => {
    const entries = [{ name: "a.txt.xz", content: fixture("small.xz") }];
    expect(listed(await opened(gzipSync(tarOf(entries)), "x.tgz"))).toEqual({ "a.txt.xz": SMALL });
    const twice = tarOf([{ name: "b.gz", content: gzipSync("two") }]);
    expect(listed(await opened(gzipSync(twice), "x.tgz"))).toEqual({ "b.gz": "two" });
  });

  it("are read once and in time", async () => {
    using folder = folderWith({ "x.tar": tarOf([{ name: "a" }, { name: "b", content: "b" }]) });
    const file = { path: join(folder.path, "x.tar"), name: "x.tar" };
    const members = openMembers(file, { limits });
    const first = (await members.next()).value!;
    const bytes = first.bytes[Symbol.asyncIterator]();
    expect(() => first.bytes[Symbol.asyncIterator]()).toThrow("once");
    await members.next();
    expect(() => bytes.next()).toThrow("after the next");
    await members.return(undefined);
  });

  it("may be named like parts of an object", async () => {
    const found = await opened(tarOf([{ name: "__proto__", content: "p" }]), "x.tar");
    expect(found.map(({ name }) => name)).toEqual(["__proto__"]);
  });
});

describe("two files at once", () => {
  it.each(["text.bz2", "text.zst", "text.xz"])("of %s do not disturb each other", async (name) => {
    const opens = [1000, 65_536].map((pieceBytes) => openedFile(fixturePath(name), { pieceBytes }));
    for (const [member] of await Promise.all(opens))
      expect(digest(member!.content)).toBe(digest(whole));
  });
});

describe("a reader that leaves early", () => {
  const openFiles = () => readdirSync("/proc/self/fd").length;

  it.skipIf(!existsSync("/proc/self/fd"))("leaves no file open", async () => {
    const tar = tarOf([
      { name: "a.txt", content: whole },
      { name: "b.txt", content: whole },
    ]);
    using folder = folderWith({
      "a.txt": whole,
      "a.txt.gz": gzipSync(whole),
      "a.tar": tar,
      "a.tar.gz": gzipSync(tar),
      "a.zip": zipOf([{ name: "a.txt", content: whole }]),
      "a.zst": fixture("text.zst"),
      "a.bz2": fixture("text.bz2"),
      "a.xz": fixture("text.xz"),
    });
    const before = openFiles();
    for (const name of readdirSync(folder.path)) {
      const file = { path: join(folder.path, name), name };
      for await (const member of openMembers(file, { limits, pieceBytes: 1000 })) {
        for await (const _ of member.bytes) break;
        break;
      }
      for await (const _ of openMembers(file, { limits })) break;
      expect(openFiles()).toBe(before);
    }
  });

  it("ends with the signal's reason where it aborts", async () => {
    const bytes = gzipSync(tarOf([{ name: "a.txt", content: whole }]));
    for (const [name, file] of [
      ["a.tgz", bytes],
      ["a.txt", whole],
      ["a.xz", fixture("text.xz")],
      ["a.zip", zipOf([{ name: "a.txt", content: whole }])],
    ] as const) {
      const stop = new AbortController();
      using folder = folderWith({ [name]: file });
      const read = async () => {
        const { signal } = stop;
        const source = { path: join(folder.path, name), name };
        for await (const { bytes } of openMembers(source, { limits, signal, pieceBytes: 1000 }))
          for await (const _ of bytes) stop.abort(new Error("stopped"));
      };
      await expect(read()).rejects.toThrow("stopped");
    }
  });

  it("is told of a file that is gone, a folder, and one it may not read", async () => {
    using folder = folderWith({ "sub/a": "" });
    const gone = await failure(openedFile(join(folder.path, "none.gz")));
    expect(gone.message).toContain("is gone");
    expect((await failure(openedFile(join(folder.path, "sub")))).message).toContain("is a folder");
  });
});

function digest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
