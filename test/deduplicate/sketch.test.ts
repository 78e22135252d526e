import { describe, expect, it } from "vitest";
import { RandomStream } from "../../lib/random.ts";
import { Sketcher } from "../../stages/deduplicate/sketch.ts";
import { Units } from "../../stages/deduplicate/units.ts";

function unitsOf(text: string): number[] {
  const units = new Units();
  const bytes = new TextEncoder().encode(text);
  units.add(bytes, 0, bytes.length);
  return [...units.values.subarray(0, units.length)];
}

describe("units", () => {
  it.each([
    ["case", "The QUICK brown Fox", "the quick BROWN fox"],
    ["punctuation", "the quick, brown fox!", "“the” quick—brown... (fox)"],
    ["white space", "the quick brown fox", "the\tquick\u00a0brown\u3000 fox"],
    ["case beyond ASCII", "ÉCOLE ÑANDÚ ΑΘΗΝΑ МОСКВА", "école ñandú αθηνα москва"],
    ["Korean spaces", "할 수 있다 하여도", "할수있다하여도."],
    ["Chinese punctuation", "人人生而自由，在尊严", "人人生而自由。在尊严"],
    ["wide case beyond the first plane", "𐐀𐐁", "𐐨𐐩"],
  ])("are the same whatever the %s", (_what, one, other) => {
    expect(unitsOf(one)).toEqual(unitsOf(other));
  });

  it.each([
    ["words of letters, marks and digits", "Hello, naïve 42 e\u0301 don't", 6],
    ["letters of Han, kana and Thai", "漢字かなカナ ไทย", 9],
    ["syllables of Hangul", "한국어 문장", 5],
    ["words beside letters", "GPU를 쓴다 abc漢字def", 8],
    ["vowel signs with their letters", "मनुष्यों को", 2],
    ["nothing of symbols and emoji", "— … 😀 ★ ()", 0],
  ])("are %s", (_what, text, count) => {
    expect(unitsOf(text)).toHaveLength(count);
  });

  it("differ with the words and their order", () => {
    expect(
      new Set(
        ["a b c", "a c b", "a b", "ab c", "b c a", "a b d"].map((text) => unitsOf(text).join()),
      ).size,
    ).toBe(6);
  });

  it("come one after the other over sentences, whose borders end words", () => {
    const units = new Units();
    const bytes = new TextEncoder().encode("onetwo three");
    units.add(bytes, 0, 3);
    units.add(bytes, 3, bytes.length);
    expect([...units.values.subarray(0, units.length)]).toEqual(unitsOf("one two three"));
  });

  it("are as many as a long text has", () => {
    expect(
      new Set(unitsOf(Array.from({ length: 5000 }, (_, n) => `word${n}`).join(" "))).size,
    ).toBe(5000);
  });
});

/** The share of bins in which two sketches agree. */
function estimate(bins: number, one: Int32Array, other: Int32Array): number {
  const sketcher = new Sketcher(bins, 1);
  const out = new Uint8Array(4 * bins);
  sketcher.sketch(one, one.length, out, 0);
  sketcher.sketch(other, other.length, out, 2 * bins);
  const values = new Uint16Array(out.buffer);
  let agree = 0;
  for (let bin = 0; bin < bins; bin++) if (values[bin] === values[bins + bin]) agree++;
  return agree / bins;
}

function draw(random: RandomStream, count: number): number[] {
  return Array.from({ length: count }, () => random.uint32() | 0);
}

describe("sketch", () => {
  // Both sets, and what they share: from one shingle to far more than there are bins.
  it.each([
    [1, 1],
    [2, 1],
    [3, 2],
    [10, 5],
    [10, 9],
    [60, 50],
    [128, 64],
    [300, 20],
    [1000, 900],
    [5000, 4000],
  ])("estimates the similarity of sets of %i with %i in common, without bias", (size, common) => {
    const similarity = common / (2 * size - common);
    const pairs = 300;
    const bins = 128;
    let sum = 0;
    let squares = 0;
    for (let seed = 0; seed < pairs; seed++) {
      const random = new RandomStream(seed, "sketch test", `${size} ${common}`);
      const shared = draw(random, common);
      const one = Int32Array.from([...shared, ...draw(random, size - common)]);
      const other = Int32Array.from([...draw(random, size - common), ...shared]);
      const error = estimate(bins, one, other) - similarity;
      sum += error;
      squares += error * error;
    }
    const variance = (similarity * (1 - similarity)) / bins;
    expect(Math.abs(sum / pairs)).toBeLessThanOrEqual(4 * Math.sqrt(variance / pairs));
    // At most that of independent hashes, with room for chance.
    expect(squares / pairs).toBeLessThanOrEqual(1.35 * variance);
  });

  it("is of the set: neither order nor repetition play a part", () => {
    const random = new RandomStream(1, "sketch test");
    for (const size of [1, 5, 100, 3000]) {
      const set = draw(random, size);
      const again = [...set, ...set, ...set];
      random.shuffle(again);
      expect(estimate(64, Int32Array.from(set), Int32Array.from(again))).toBe(1);
    }
  });

  it("counts shingles, of all units where there are too few", () => {
    const sketcher = new Sketcher(32, 5);
    const out = new Uint8Array(64);
    const units = Int32Array.from(draw(new RandomStream(1, "units"), 9));
    expect(sketcher.sketch(units, 9, out, 0)).toBe(5);
    expect(sketcher.sketch(units, 5, out, 0)).toBe(1);
    expect(sketcher.sketch(units, 2, out, 0)).toBe(1);
  });

  it("rolls over shingles: the same run of units is the same shingle anywhere", () => {
    const sketcher = new Sketcher(64, 5);
    const random = new RandomStream(2, "units");
    const run = draw(random, 5);
    const out = new Uint8Array(256);
    // All shingles of the second are those of the first, which stands in it after others.
    const long = Int32Array.from([...draw(random, 40), ...run, ...run, ...run]);
    sketcher.sketch(long.subarray(40), 15, out, 0);
    sketcher.sketch(long.subarray(45), 10, out, 128);
    expect(out.subarray(0, 128)).toEqual(out.subarray(128));
  });

  it("takes no longer for a text that repeats itself than for one that does not", () => {
    const sketcher = new Sketcher(1024, 5);
    const out = new Uint8Array(2048);
    // A round over all of them for each of the 1024 bins would be three thousand million hashes.
    expect(sketcher.sketch(new Int32Array(3_000_000).fill(7), 3_000_000, out, 0)).toBe(2_999_996);
  });
});
