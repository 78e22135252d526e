import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CheckpointError } from "../../model/checkpoint-error.ts";
import { readSafetensors, writeSafetensors } from "../../model/safetensors.ts";

let folder: string;
let path: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "safetensors-"));
  path = join(folder, "model.safetensors");
});
afterAll(() => rm(folder, { recursive: true }));

/** A file with any header and data. */
function file(header: unknown, data: Uint8Array = new Uint8Array(8)): Buffer {
  const json = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([prefix, json, data]);
}

const tensor = (begin: number, end: number, changes = {}) => ({
  dtype: "F32",
  shape: [(end - begin) / 4],
  data_offsets: [begin, end],
  ...changes,
});

test("what is written is read again, bit for bit", async () => {
  const shape = fc.array(fc.nat(4), { maxLength: 3 });
  const stored = shape.chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      data: fc.float32Array({
        minLength: shape.reduce((product, size) => product * size, 1),
        maxLength: shape.reduce((product, size) => product * size, 1),
      }),
    }),
  );
  const tensors = fc.dictionary(
    fc.string({ unit: "grapheme" }).filter((name) => name !== "__metadata__"),
    stored,
    { maxKeys: 4, noNullPrototype: true },
  );
  await fc.assert(
    fc.asyncProperty(tensors, async (tensors) => {
      await writeSafetensors(path, tensors);
      expect(Object.fromEntries(await readSafetensors(path))).toEqual(tensors);
    }),
    {
      numRuns: 50,
      examples: [[Object.fromEntries([["__proto__", { shape: [], data: Float32Array.of(-0) }]])]],
    },
  );
});

test("the file is the reference's: padded JSON, then little-endian data by name", async () => {
  await writeSafetensors(path, {
    b: { shape: [1], data: Float32Array.of(2) },
    a: { shape: [], data: Float32Array.of(1) },
  });
  const bytes = await readFile(path);
  const length = Number(bytes.readBigUInt64LE());
  expect(length % 8).toBe(0);
  expect(JSON.parse(bytes.subarray(8, 8 + length).toString())).toEqual({
    __metadata__: { format: "pt" },
    a: { dtype: "F32", shape: [], data_offsets: [0, 4] },
    b: { dtype: "F32", shape: [1], data_offsets: [4, 8] },
  });
  expect([bytes.readFloatLE(8 + length), bytes.readFloatLE(12 + length)]).toEqual([1, 2]);
});

test.each<[string, Buffer, RegExp]>([
  ["an empty file", Buffer.alloc(0), /at least 8 bytes/],
  [
    "a header longer than the file",
    Buffer.concat([Buffer.alloc(8, 0xff), Buffer.alloc(9)]),
    /at most 9/,
  ],
  ["a header that is not UTF-8", file("\u0000").fill(0xff, 8, 9), /UTF-8/],
  ["a header that is not JSON", file("{"), /JSON/],
  ["a header that is an array", file([]), /object/],
  ["an unknown dtype", file({ a: tensor(0, 8, { dtype: "F33" }) }), /unknown dtype/],
  ["a negative size", file({ a: tensor(0, 8, { shape: [-2] }) }), /shape/],
  ["offsets that overlap", file({ a: tensor(0, 8), b: tensor(4, 8) }), /\[8, 12\]/],
  ["a gap between tensors", file({ a: tensor(4, 8) }), /\[0, 4\]/],
  [
    "a shape that needs more than its bytes",
    file({ a: tensor(0, 8, { shape: [2 ** 40] }) }),
    /\[0, 4398046511104\]/,
  ],
  ["data beyond the file", file({ a: tensor(0, 16) }), /16 bytes/],
  ["data that no tensor claims", file({ a: tensor(0, 4) }), /4 bytes of data/],
  [
    "metadata that is not text",
    file({ __metadata__: { a: 1 }, a: tensor(0, 8) }),
    /dtype|metadata|string/,
  ],
  ["a tensor of integers", file({ a: tensor(0, 8, { dtype: "I64", shape: [1] }) }), /F32/],
])("refused: %s", async (_, bytes, message) => {
  await writeFile(path, bytes);
  const error = await readSafetensors(path).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(CheckpointError);
  const { where, expected, got } = error as CheckpointError;
  expect(where).toContain(path);
  expect(`${expected} ${got}`).toMatch(message);
});

test("a tensor to be ignored may be of any type", async () => {
  await writeFile(path, file({ ids: tensor(0, 8, { dtype: "I64", shape: [1] }) }));
  expect(await readSafetensors(path, new Set(["ids"]))).toEqual(new Map());
});
