import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RandomStream } from "../../lib/random.ts";
import { bandsFor, foundShare } from "../../stages/deduplicate/bands.ts";
import { type Document, duplicatesAmong } from "./rig.ts";

/** Words that no two texts share by chance. */
function words(random: RandomStream, count: number): string[] {
  return Array.from({ length: count }, () => `w${random.uint32().toString(36)}`);
}

const text = (random: RandomStream, count: number) => words(random, count).join(" ");

describe("duplicates", () => {
  it.each<[string, string, string, "exact" | "near" | undefined]>([
    ["the same text", "One two three.", "One two three.", "exact"],
    ["another case, punctuation and white space", "One two\nthree!", "“one”  TWO, three", "exact"],
    ["other sentence borders", "One. Two.\nThree.", "One.\nTwo.\nThree.", "exact"],
    ["a word alone", "hello", "Hello!", "exact"],
    ["another word alone", "hello", "hallo", undefined],
    ["the same words in another order", "one two three four", "two one three four", undefined],
    ["Korean with other blanks", "할 수 있다고 하였다.", "할수 있다고 하였다", "exact"],
    ["Chinese with other stops", "人人生而自由，平等。", "人人生而自由。平等", "exact"],
    ["nothing and nothing", "", "", "exact"],
    ["nothing and something", "", "one", undefined],
    ["signs without a letter", "!?! 😀", "!?! 😀", "exact"],
    ["other signs without a letter", "😀", "🔥", undefined],
    ["signs and nothing", "...", "", undefined],
    [
      "a text said twice",
      "one two three four five six ".repeat(9),
      "one two three four five six ".repeat(12),
      "near",
    ],
  ])("tells of %s", async (_what, one, other, kind) => {
    const documents = [
      { key: "a", text: one },
      { key: "b", text: other },
    ];
    const found = await duplicatesAmong([documents]);
    expect(found.map((duplicate) => duplicate.kind)).toEqual(kind === undefined ? [] : [kind]);
  });

  it.each([
    ["English", (i: number) => `word${i}`, " "],
    ["Korean", (i: number) => String.fromCharCode(0xac00 + ((i * 7919) % 11172)), ""],
    ["Chinese", (i: number) => String.fromCharCode(0x4e00 + ((i * 7919) % 20000)), ""],
  ])(
    "finds a %s text of which one word in a hundred is another",
    async (_script, unit, between) => {
      const units = Array.from({ length: 300 }, (_, index) => unit(index));
      const edited = units.map((own, index) => (index % 100 === 50 ? unit(5000 + index) : own));
      const stranger = units.map((own, index) => (index % 5 === 0 ? unit(6000 + index) : own));
      const [found, ...others] = await duplicatesAmong([
        [units, edited, stranger].map((own, index) => ({
          key: `${index}`,
          text: own.join(between),
        })),
      ]);
      expect(others).toEqual([]);
      expect([found!.key, found!.kept].sort()).toEqual(["0", "1"]);
      // Three of 296 runs of five have 15 others in their place: 281 of 311.
      expect(found!.similarity).toBeCloseTo(281 / 311, 1);
      expect(found).toMatchObject({ kind: "near", size: 2 });
    },
  );

  it("keeps near-duplicates where told to, and follows the threshold", async () => {
    const random = new RandomStream(1, "threshold");
    const common = words(random, 300);
    const documents = [0, 1].map((key) => ({
      key: `${key}`,
      text: [...common, ...words(random, 40)].join(" "),
    }));
    const count = async (params: object) =>
      (await duplicatesAmong([documents], { shingle: 1, ...params })).length;
    // 300 of 380 shingles: 0.79.
    expect(await count({ threshold: 0.6 })).toBe(1);
    expect(await count({ threshold: 0.6, hashes: 1024 })).toBe(1);
    expect(await count({ threshold: 0.95 })).toBe(0);
    expect(await count({ near: false, threshold: 0.3 })).toBe(0);
  });

  it.each([0.5, 0.8, 0.95])(
    "finds pairs as its S-curve and estimates promise, at %d",
    async (threshold) => {
      const hashes = 128;
      const bands = bandsFor(hashes, threshold);
      expect(foundShare(bands, threshold)).toBeGreaterThanOrEqual(0.99);
      const size = 200;
      const pairs = 150;
      for (const away of [-0.3, -0.1, 0, 0.04, 0.1]) {
        const wanted = Math.min(1, threshold + away);
        const common = Math.round((2 * size * wanted) / (1 + wanted));
        const similarity = common / (2 * size - common);
        const random = new RandomStream(7, "planted", `${threshold} ${away}`);
        const documents: Document[] = [];
        for (let pair = 0; pair < pairs; pair++) {
          const shared = words(random, common);
          for (const side of ["a", "b"])
            documents.push({
              key: `${pair}${side}`,
              text: [...words(random, size - common), ...shared].join(" "),
            });
        }
        const found = await duplicatesAmong([documents], { shingle: 1, threshold });
        for (const { key, kept } of found) expect(key.slice(0, -1)).toBe(kept.slice(0, -1));
        const expected = pairs * expectedShare(similarity, threshold, hashes, bands);
        // Estimates spread no more than a binomial's: five standard deviations, and room for the join of both tests.
        const room =
          5 * Math.sqrt(Math.max(1, (expected * (pairs - expected)) / pairs)) + 0.02 * pairs;
        expect(found.length).toBeGreaterThanOrEqual(expected - room);
        expect(found.length).toBeLessThanOrEqual(expected + room);
      }
    },
  );

  it("chooses the longest bands that find nearly all at the threshold", () => {
    expect(bandsFor(128, 0.8)).toEqual({ bands: 21, rows: 6 });
    expect(bandsFor(128, 1)).toEqual({ bands: 1, rows: 128 });
    const shares = [0.8, 0.7, 0.5, 0.3].map((similarity) =>
      foundShare(bandsFor(128, 0.8), similarity),
    );
    expect(shares.map((share) => share.toFixed(3))).toEqual(["0.998", "0.928", "0.282", "0.015"]);
    for (const hashes of [32, 64, 128, 256, 512, 1024])
      for (let threshold = 0.3; threshold < 1; threshold += 0.05)
        expect(foundShare(bandsFor(hashes, threshold), threshold)).toBeGreaterThan(0.99);
  });

  it("leaves nothing out along a chain that is not like what is kept", async () => {
    // Each link has 300 of 340 shingles in common with the next: 0.79 by one step, 0.65 by two, 0.25 by six.
    const random = new RandomStream(3, "chain");
    const all = words(random, 20 * 40 + 300);
    const links = Array.from({ length: 20 }, (_, link) => ({
      key: `link ${link}`,
      text: all.slice(link * 40, link * 40 + 340).join(" "),
    }));
    const found = await duplicatesAmong([links], { shingle: 1, threshold: 0.7, hashes: 1024 });
    expect(found.length).toBeGreaterThan(4);
    const dropped = new Set(found.map(({ key }) => key));
    for (const { key, kept, similarity } of found) {
      expect(dropped).not.toContain(kept);
      const steps = Math.abs(Number(key.slice(5)) - Number(kept.slice(5)));
      expect(steps).toBe(1);
      expect(similarity).toBeGreaterThanOrEqual(0.7);
    }
    // And no two neighbours are both kept.
    for (let link = 0; link < 19; link++)
      expect([`link ${link}`, `link ${link + 1}`].some((key) => dropped.has(key))).toBe(true);
  });

  it("lets equal documents follow the one that stood for them", async () => {
    const random = new RandomStream(4, "follow");
    const base = words(random, 200);
    const documents = Array.from({ length: 12 }, (_, index) => ({
      key: `${index}`,
      text:
        index < 4
          ? base.join(" ")
          : index < 8
            ? [...base, "x"].join(" ")
            : [...base, "y"].join(" "),
    }));
    const found = await duplicatesAmong([documents]);
    expect(new Set(found.map(({ kept }) => kept)).size).toBe(1);
    expect(found).toHaveLength(11);
    expect(found.every(({ size }) => size === 12)).toBe(true);
    const kept = Number(found[0]!.kept);
    for (const { key, kind, similarity } of found) {
      const equal = Math.floor(Number(key) / 4) === Math.floor(kept / 4);
      expect(kind).toBe(equal ? "exact" : "near");
      expect(similarity).toBeGreaterThan(equal ? 0.999 : 0.9);
    }
  });

  it("gives the same in any order and any batches, and always keeps one of those that are alike", async () => {
    const letter = fc.constantFrom("a", "b", "c d e f g h", "i j k l m n o", "");
    const texts = fc.array(
      fc.array(letter, { maxLength: 6 }).map((parts) => parts.join(" ").trim()),
      {
        maxLength: 30,
      },
    );
    await fc.assert(
      fc.asyncProperty(texts, fc.integer(), fc.nat(29), async (given, seed, cut) => {
        const documents = given.map((own, index) => ({ key: `key ${index}`, text: own }));
        const found = await duplicatesAmong([documents], { shingle: 2, threshold: 0.5 });
        const order = Int32Array.from(documents.keys());
        new RandomStream(seed, "order").shuffle(order);
        const mixed = Array.from(order, (index) => documents[index]!);
        const again = await duplicatesAmong(
          [mixed.slice(0, cut), mixed.slice(cut)].filter(({ length }) => length > 0),
          { shingle: 2, threshold: 0.5 },
        );
        expect(again).toEqual(found);

        const dropped = new Set(found.map(({ key }) => key));
        expect(dropped.size).toBe(found.length);
        if (documents.length > 0) expect(dropped.size).toBeLessThan(documents.length);
        for (const { kept, size } of found) {
          expect(dropped).not.toContain(kept);
          expect(found.filter((other) => other.kept === kept)).toHaveLength(size - 1);
        }
        // What is left says nothing twice.
        const left = documents.filter(({ key }) => !dropped.has(key));
        const folded = left.map((own) =>
          own.text
            .split(/ +/)
            .filter((word) => word !== "")
            .join(" "),
        );
        expect(new Set(folded).size).toBe(left.length);
        expect(
          await duplicatesAmong(
            [left].filter(({ length }) => length > 0),
            { shingle: 2, threshold: 0.5 },
          ),
        ).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it("says what went", async () => {
    const random = new RandomStream(5, "report");
    const base = words(random, 200);
    const many = Array.from({ length: 5 }, (_, index) => ({
      key: `many${index}`,
      text: base.join(" "),
      source: "a.txt",
    }));
    const near = { key: "near", text: [...base, "more"].join(" "), source: "b.txt" };
    const others = Array.from({ length: 4 }, (_, index) => ({
      key: `other${index}`,
      text: text(random, 50),
    }));
    const logs: string[] = [];
    const found = await duplicatesAmong([[...many, near, ...others]], {}, logs);
    const kinds = found.map(({ kind }) => kind);
    const nears = kinds.filter((kind) => kind === "near").length;
    expect(logs[0]).toBe(
      `left out 5 of 10 documents (50.0 %): ${5 - nears} equal to another, ${nears} much like one`,
    );
    expect(logs[1]).toMatch(/^by source: \d in [ab]\.txt like one in [ab]\.txt/);
    expect(logs[2]).toBe(`largest clusters: 6 like ${found[0]!.kept}`);
    const none: string[] = [];
    expect(await duplicatesAmong([others], {}, none)).toEqual([]);
    expect(none).toEqual(["no duplicates among 4 documents"]);
    expect(await duplicatesAmong([], {}, none)).toEqual([]);
  });

  it("compares in part where very many have something in common, and says so", async () => {
    // All share 150 of 250 words: 0.43 alike, and at 0.7 bands of four hashes bring hundreds together.
    const random = new RandomStream(6, "crowd");
    const common = words(random, 150);
    const crowd = Array.from({ length: 3000 }, (_, index) => ({
      key: `${index}`,
      text: [...common, ...words(random, 100)].join(" "),
    }));
    const logs: string[] = [];
    const twin = { key: "twin", text: `${crowd[700]!.text} more` };
    const found = await duplicatesAmong([[...crowd, twin]], { shingle: 1, threshold: 0.7 }, logs);
    expect(found.map(({ key, kept }) => [key, kept].sort())).toEqual([["700", "twin"]]);
    expect(logs[0]).toContain("compared in part");
  });
});

/** The probability that a pair shares a band and that its estimate, a binomial's share, reaches the threshold. */
function expectedShare(
  similarity: number,
  threshold: number,
  hashes: number,
  bands: Parameters<typeof foundShare>[0],
): number {
  let reaches = 0;
  let logChoose = 0;
  for (let agree = 0; agree <= hashes; agree++) {
    if (agree > 0) logChoose += Math.log((hashes - agree + 1) / agree);
    if (agree / hashes < threshold) continue;
    const own =
      similarity === 1
        ? agree === hashes
          ? 1
          : 0
        : Math.exp(
            logChoose + agree * Math.log(similarity) + (hashes - agree) * Math.log(1 - similarity),
          );
    // Given how many agree, the bands are about as likely as at that similarity.
    reaches += own * foundShare(bands, agree / hashes);
  }
  return reaches;
}
