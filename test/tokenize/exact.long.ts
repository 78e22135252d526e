import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { WordPieceTokenizer } from "../../lib/wordpiece/tokenizer.ts";
import {
  COMBINATIONS,
  codePointDigests,
  gold,
  optionsOf,
  textsDigest,
  updateWith,
} from "./nasty.ts";

const combinations = Array.from({ length: COMBINATIONS }, (_, combination) => combination);

describe("equal to Hugging Face in words, ids, word starts and offsets", () => {
  test.each(combinations)("on every code point, under options %i", (combination) => {
    const expected = gold.codePoints[combination]!.split(" ");
    expect(codePointDigests(combination, [...expected.keys()])).toEqual(expected);
  });

  test("on a million random texts", { timeout: 300_000 }, () => {
    expect(gold.texts.map((_, block) => textsDigest(block))).toEqual(gold.texts);
  });
});

const shared = resolve(import.meta.dirname, "../../../shared/data");
const data: {
  readonly combinations: readonly number[];
  readonly files: Readonly<Record<string, readonly string[]>>;
} = JSON.parse(readFileSync(new URL("../gold/wordpiece_data.json", import.meta.url), "utf8"));

describe.skipIf(!existsSync(shared))("equal on every line of ../shared/data (else skipped)", () => {
  const read = (name: string) => {
    const bytes = readFileSync(join(shared, name));
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      return bytes.toString("latin1");
    }
  };

  test.each(data.combinations)("under options %i", { timeout: 300_000 }, (combination) => {
    const pieces = read("vocab/bert-base-uncased/vocab.txt").split("\n").filter(Boolean);
    const tokenizer = new WordPieceTokenizer(pieces, optionsOf(combination));
    for (const [name, digests] of Object.entries(data.files)) {
      const digest = createHash("sha256");
      for (const line of read(name).split("\n")) updateWith(digest, tokenizer, line);
      const expected = digests[data.combinations.indexOf(combination)];
      expect(digest.digest("hex").slice(0, 16), name).toBe(expected);
    }
  });
});
