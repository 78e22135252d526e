import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { paxRecord, sealed, tarOf, zipOf } from "./archives.ts";
import { fixtureBytes, SMALL } from "./fixtures/content.ts";
import { failure } from "./ingested.ts";
import { fixture, fixturePath, type Options, opened, openedFile, reopener } from "./opened.ts";

const limits = { maxExpandedBytes: 2 ** 40, maxExpansionRatio: 200 };

/** The error of opening these bytes, in words. */
async function error(bytes: Uint8Array | string, name: string, options: Options = {}) {
  return await failure(opened(bytes, name, options));
}

describe("a name that says what the bytes are not", () => {
  it.each([
    ["a.gz", "text", "a gzip file", "something else"],
    ["a.gz", "", "a gzip file", "an empty file"],
    ["a.bz2", gzipSync("x"), "a bzip2 file", "a gzip file"],
    ["a.xz", fixture("small.zst"), "an xz file", "a zstd file"],
    ["a.tar", gzipSync(tarOf([])), "a tar archive", "a gzip file"],
    ["a.tar", "no archive", "a tar archive", "something else"],
    ["a.zip", tarOf([{ name: "a" }]), "a zip archive", "a tar archive"],
    ["a.tar.gz", gzipSync("text"), "a tar archive", "something else"],
    ["a.tgz", tarOf([{ name: "a" }]), "a gzip file", "a tar archive"],
  ])("is refused: %s", async (name, bytes, expected, got) => {
    const { message, details } = await error(bytes, name);
    expect(message).toContain("is not what its name says");
    expect(details).toMatchObject({ expected, got });
  });

  it("is refused in an archive as well", async () => {
    const { details } = await error(tarOf([{ name: "b.txt.gz", content: "text" }]), "a.tar");
    expect(details.where).toMatch(/a\.tar!b\.txt\.gz$/);
  });
});

describe("what is not read", () => {
  it.each([
    ["window.zst", "--long=28"],
    ["dictionary.xz", "dictionary is larger"],
    ["filter.xz", "another filter"],
    ["sha256.xz", "another filter or checksum"],
    ["encrypted.zip", "it is encrypted"],
    ["sparse-gnu.tar", "a sparse file"],
    ["sparse-pax.tar", "a sparse file"],
  ])("is refused with a way out: %s", async (name, message) => {
    const error = await failure(openedFile(fixturePath(name)));
    expect(error.message).toContain(message);
    expect(error.details.hint).toMatch(/again|unpack/);
  });

  it.each([
    ["a.gz", gzipSync(gzipSync("x")), "compressed twice"],
    ["a.zip.gz", gzipSync(zipOf([])), "a zip archive is in it"],
    [
      "a.tar",
      tarOf([{ name: "b.tar", content: tarOf([{ name: "c" }]) }]),
      "a tar archive in an archive",
    ],
    ["a.tar", tarOf([{ name: "b", content: zipOf([]) }]), "a zip archive in an archive"],
    [
      "a.zip",
      zipOf([{ name: "b.tgz", content: gzipSync(tarOf([])) }]),
      "a tar archive in an archive",
    ],
    ["a.tar", tarOf([{ name: "b.gz", content: gzipSync(gzipSync("x")) }]), "compressed twice"],
    ["a.tar", tarOf([{ name: "b", type: "?" }]), 'one of kind "?"'],
    ["a.zip", zipOf([{ name: "b", content: "x", method: 14 }]), "zip's method 14"],
  ])("is refused: %s (%#)", async (name, bytes, message) => {
    expect((await error(bytes, name)).message).toContain(message);
  });

  it("does no harm in members that are not wanted", async () => {
    const bytes = tarOf([
      { name: "b.tar", content: tarOf([]) },
      { name: "a.txt", content: "a" },
    ]);
    const matches = (name: string) => name.endsWith(".txt");
    expect((await opened(bytes, "a.tar", { matches })).map(({ name }) => name)).toEqual(["a.txt"]);
  });
});

describe("members' names", () => {
  const dangerous = [
    ["../a", "goes up"],
    ["a/../../b", "goes up"],
    ["a/..", "goes up"],
    ["..\\a", "goes up"],
    ["/etc/passwd", "absolute"],
    ["\\\\server\\a", "absolute"],
    ["C:\\a", "drive"],
    ["c:a", "drive"],
    ["a\nb", "control"],
    ["a\x1b[2Jb", "control"],
    [".", "without characters"],
  ] as const;

  it.each(dangerous)("are refused where dangerous: %j", async (name, got) => {
    for (const [archive, bytes] of [
      ["x.tar", tarOf([{ name, content: "a" }])],
      ["x.zip", zipOf([{ name, content: "a" }])],
    ] as const) {
      const { message, details } = await error(bytes, archive, { matches: () => false });
      expect(message).toContain("dangerous name");
      expect(details.got).toContain(got);
      expect(details.got).not.toMatch(/\p{Cc}/u);
    }
  });

  it("are refused where dangerous by GNU's and PAX's long names too", async () => {
    const file = { name: "a", content: "a" };
    for (const long of [
      { name: "long", type: "L", content: "../../a\0" },
      { name: "pax", type: "x", content: paxRecord("path", "../../a") },
    ])
      expect((await error(tarOf([long, file]), "x.tar")).message).toContain("dangerous name");
    const zip = zipOf([{ name: "a\0b", content: "a" }]);
    expect((await error(zip, "x.zip")).message).toContain("dangerous name");
  });

  it("are refused the second time, once cleaned", async () => {
    for (const [name, bytes] of [
      ["x.tar", tarOf([{ name: "a/b" }, { name: "a//./b" }])],
      [
        "x.zip",
        zipOf([
          { name: "a/b", content: "" },
          { name: "a\\b", content: "" },
        ]),
      ],
    ] as const) {
      const { message, details } = await error(bytes, name);
      expect(message).toContain("two members of one name");
      expect(details.where).toMatch(/!a\/b$/);
    }
  });

  it("stay different where they are not UTF-8", async () => {
    const entries = [0xb0, 0xb1].map((byte) => {
      const entry = tarOf([{ name: "a?", content: "" }], Buffer.alloc(0));
      entry[1] = byte;
      return sealed(entry);
    });
    const found = await opened(Buffer.concat([...entries, Buffer.alloc(1024)]), "x.tar");
    expect(found.map(({ name }) => name)).toEqual(["a%b0", "a%b1"]);
    const korean = Buffer.from(
      zipOf([{ name: "??", content: "", flags: 0 }]).map((byte) => (byte === 0x3f ? 0xb0 : byte)),
    );
    expect((await opened(korean, "x.zip"))[0]!.name).toBe("░░");
  });
});

describe("links and devices", () => {
  it("are passed over in both kinds of archive", async () => {
    const kinds = ["1", "2", "3", "4", "5", "6", "K", "V"];
    const links = kinds.map((type) => ({ name: `link${type}`, type, size: type < "7" ? 700 : 0 }));
    const tar = tarOf([...links, { name: "a.txt", content: "a" }]);
    const zip = zipOf([
      { name: "link", content: "/etc/passwd", mode: 0o120777 },
      { name: "device", content: "", mode: 0o020644 },
      { name: "folder/", content: "", mode: 0o040755 },
      { name: "a.txt", content: "a" },
    ]);
    for (const bytes of [tar, zip])
      expect((await opened(bytes, "x")).map(({ name }) => name)).toEqual(["a.txt"]);
  });
});

describe("bombs", () => {
  const zeros = Buffer.alloc(100 * 2 ** 20);
  const bomb = gzipSync(zeros);

  it("stop at the ratio", async () => {
    for (const [name, bytes] of [
      ["a.gz", bomb],
      ["a.zip", zipOf([{ name: "a", content: zeros, raw: bomb.subarray(10, -8) }])],
      ["a.tar", tarOf([{ name: "a.gz", content: bomb }])],
      ["a.tar.gz", gzipSync(tarOf([{ name: "a.gz", content: bomb }]))],
    ] as const) {
      const { message, details } = await error(bytes, name, { limits });
      expect(message).toContain("beyond maxExpansionRatio");
      expect(details.hint).toContain("maxExpansionRatio");
      const [out, disk] = details.got!.match(/\d+/g)!.map(Number);
      expect(out).toBeLessThan(70 * 2 ** 20);
      expect(disk).toBeLessThan(2 ** 20);
    }
  });

  it("stop where many small members add up", async () => {
    const tenth = gzipSync(zeros.subarray(0, 10 * 2 ** 20));
    const entries = Array.from({ length: 10 }, (_, index) => ({
      name: `${index}.gz`,
      content: tenth,
    }));
    expect((await error(tarOf(entries), "a.tar", { limits })).message).toContain(
      "maxExpansionRatio",
    );
  });

  it("pass where the limits allow them", async () => {
    const wide = { ...limits, maxExpansionRatio: 2000 };
    const [member] = await opened(bomb, "a.gz", { limits: wide });
    expect(member!.content.length).toBe(zeros.length);
  });

  it("stop at a number of bytes", async () => {
    for (const [name, bytes] of [
      ["a.gz", gzipSync("0123456789")],
      ["a.zip", zipOf([{ name: "a", content: "0123456789" }])],
    ] as const) {
      const tight = { ...limits, maxExpandedBytes: 9 };
      expect((await error(bytes, name, { limits: tight })).message).toContain("maxExpandedBytes");
      expect(
        await opened(bytes, name, { limits: { ...limits, maxExpandedBytes: 10 } }),
      ).toHaveLength(1);
    }
  });

  it("are not plain files, whatever their size", async () => {
    const tight = { maxExpandedBytes: 1, maxExpansionRatio: 1 };
    expect(await opened("0123456789", "a.txt", { limits: tight })).toHaveLength(1);
    const tar = tarOf([{ name: "a", content: "0123456789" }]);
    expect(await opened(tar, "a.tar", { limits: tight })).toHaveLength(1);
  });

  it("cannot lie about their size", async () => {
    for (const size of [0, 9, 11, 2 ** 31])
      expect(
        (await error(zipOf([{ name: "a", content: "0123456789", size }]), "a.zip")).message,
      ).toContain("bytes stated");
    const stored = zipOf([{ name: "a", content: "0123456789", size: 9, stored: true }]);
    expect((await error(stored, "a.zip")).message).toContain("damaged");
    expect((await error(zipOf([{ name: "a", content: "x", crc: 1 }]), "a.zip")).message).toContain(
      "checksum",
    );
  });
});

describe("what is cut off", () => {
  const small = {
    "a.gz": gzipSync(SMALL),
    "a.bz2": fixture("small.bz2"),
    "a.zst": fixture("small.zst"),
    "a.xz": fixture("small.xz"),
    "a.zip": zipOf([{ name: "a", content: SMALL }]),
    "a.tar": tarOf([{ name: "a", content: SMALL }]),
    "a.tar.gz": gzipSync(tarOf([{ name: "a", content: SMALL }])),
  };

  it.each(Object.entries(small))("is found out wherever: %s", async (name, bytes) => {
    using reopen = reopener(name);
    // One block of zeros ends a tar archive as well as two.
    const whole = name === "a.tar" ? bytes.length - 512 : bytes.length;
    for (let length = 0; length < whole; length += name === "a.tar" ? 13 : 1) {
      const { message, details } = await failure(reopen.open(bytes.subarray(0, length)));
      expect(message).toMatch(/damaged|not what its name says/);
      expect(details.where).toContain("file");
    }
    expect(await reopen.open(bytes)).toHaveLength(1);
  });

  it("is found out in a member, which is told with its offset", async () => {
    const cut = gzipSync(SMALL.repeat(50)).subarray(0, -30);
    const tar = tarOf([
      { name: "b.txt.gz", content: cut },
      { name: "c.txt", content: "c" },
    ]);
    const { details } = await error(tar, "a.tar");
    expect(details.where).toMatch(/a\.tar!b\.txt\.gz, byte \d+$/);
    expect(details.got).toBe("it ends too early");
  });

  it.each([
    ["a.gz", Buffer.concat([small["a.gz"], Buffer.from("garbage")])],
    ["a.gz", Buffer.concat([small["a.gz"], Buffer.from("\0\0garbage")])],
    ["a.gz", Buffer.concat([small["a.gz"], Buffer.alloc(2 ** 21), Buffer.from("garbage")])],
    ["a.bz2", Buffer.concat([small["a.bz2"], Buffer.from("garbage")])],
    ["a.zst", Buffer.concat([small["a.zst"], Buffer.from("garbage")])],
    ["a.xz", Buffer.concat([small["a.xz"], Buffer.from("garbage")])],
    ["a.xz", Buffer.concat([small["a.xz"], Buffer.alloc(3)])],
    ["a.tar", Buffer.concat([small["a.tar"], Buffer.from("garbage")])],
    ["a.tar", Buffer.concat([small["a.tar"], small["a.tar"]])],
    ["a.zip", Buffer.concat([small["a.zip"], Buffer.from("garbage")])],
  ])("is not followed by garbage: %s (%#)", async (name, bytes) => {
    expect((await error(bytes, name)).message).toContain("damaged");
  });

  it("is found out in what is too large to be undone at once", async () => {
    const noise = Buffer.from(fixtureBytes());
    for (const [name, bytes, where] of [
      ["a.gz", gzipSync(noise), /a\.gz, byte \d+$/],
      ["a.tar", tarOf([{ name: "b.gz", content: gzipSync(noise) }]), /a\.tar!b\.gz, byte \d+$/],
      ["a.zip", zipOf([{ name: "b", content: noise }]), /a\.zip!b(, byte \d+)?$/],
      ["a.zip", zipOf([{ name: "b", content: noise, stored: true }]), /a\.zip!b$/],
    ] as const) {
      const damaged = Buffer.from(bytes);
      damaged[Math.floor(bytes.length / 2)]! ^= 0x10;
      expect((await error(damaged, name)).details.where).toMatch(where);
    }
  });

  it("is found out in each of several streams", async () => {
    for (const name of [
      "streams.bz2",
      "frames.zst",
      "streams.xz",
      "text.bz2",
      "text.zst",
      "text.xz",
    ]) {
      const bytes = fixture(name);
      for (const share of [0.1, 0.4, 0.7, 0.9]) {
        const cut = bytes.subarray(0, Math.floor(bytes.length * share));
        expect((await error(cut, name)).message).toContain("too early");
      }
    }
  });
});

describe("any damage", () => {
  const verified = {
    "a.gz": gzipSync(SMALL),
    "a.bz2": fixture("small.bz2"),
    "a.zst": fixture("small.zst"),
    "a.xz": fixture("small.xz"),
    "a.zip": zipOf([
      { name: "a", content: SMALL },
      { name: "b", content: SMALL, stored: true },
    ]),
    "a.tar.gz": gzipSync(tarOf([{ name: "a", content: SMALL }])),
  };

  it.each(Object.entries(verified))(
    "of a single byte gives the true content or an error: %s",
    async (name, bytes) => {
      using reopen = reopener(name);
      let errors = 0;
      for (let at = 0; at < bytes.length; at++)
        for (const flip of [0x01, 0x80, 0xff]) {
          const damaged = Buffer.from(bytes);
          damaged[at]! ^= flip;
          try {
            for (const { content } of await reopen.open(damaged))
              expect(content.toString()).toBe(SMALL);
          } catch (error) {
            expect((error as Error).name, String((error as Error).stack)).toBe("PipelineError");
            errors++;
          }
        }
      expect(errors).toBeGreaterThan(bytes.length);
    },
  );

  it("of tar's headers gives files or an error", async () => {
    const bytes = tarOf([
      { name: "x", type: "x", content: paxRecord("path", "long/a.txt") + paxRecord("size", "60") },
      { name: "a", content: SMALL },
      { name: "L", type: "L", content: "b\0" },
      { name: "b", content: SMALL },
    ]);
    using reopen = reopener("a.tar");
    const headers = [...Array(bytes.length).keys()].filter((at) => at % 512 < 265 || at < 1100);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...headers),
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        async (at, flip, seal) => {
          const damaged = Buffer.from(bytes);
          damaged[at]! ^= flip;
          // With the checksum made right again what lies behind it is reached.
          if (seal) sealed(damaged.subarray(at - (at % 512)));
          try {
            await reopen.open(damaged);
          } catch (error) {
            expect((error as Error).name, String((error as Error).stack)).toBe("PipelineError");
          }
        },
      ),
      { numRuns: 1500 },
    );
  });

  it("that makes a file of noise gives an error", async () => {
    for (const name of ["a.gz", "a.bz2", "a.zst", "a.xz", "a.zip", "a.tar"]) {
      using reopen = reopener(name);
      const heads = { "a.gz": 10, "a.bz2": 10, "a.zst": 5, "a.xz": 12, "a.zip": 4, "a.tar": 512 };
      const whole = name === "a.tar" ? tarOf([{ name: "a" }]) : verified[name as "a.gz"];
      const head = whole.subarray(0, heads[name as "a.gz"]);
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ minLength: 30, maxLength: 600 }), async (noise) => {
          await failure(reopen.open(Buffer.concat([head, noise])));
        }),
        { numRuns: 60 },
      );
    }
  });
});
