import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { crc32c, tensorBoardEvents } from "../../lib/tensorboard.ts";

const points = [
  { tag: "masked_lm_loss", step: 10, value: 6.25 },
  { tag: "masked_lm_loss", step: 20, value: 5.5 },
  { tag: "trust_ratio/albert.pooler.weight", step: 20, value: 0.1 },
];

// RFC 3720, appendix B.4.
test.each<[string, Uint8Array, number]>([
  ["zeros", new Uint8Array(32), 0x8a9136aa],
  ["ones", new Uint8Array(32).fill(0xff), 0x62a8ab43],
  ["ascending", Uint8Array.from({ length: 32 }, (_, index) => index), 0x46dd794e],
  ["digits", new TextEncoder().encode("123456789"), 0xe3069283],
])("CRC-32C of %s", (_, bytes, expected) => {
  expect(crc32c(bytes)).toBe(expected);
});

test("the bytes are those that TensorFlow's own writer makes of the same events", () => {
  const gold = readFileSync(new URL("../gold/tensorboard.tfevents", import.meta.url));
  expect(Buffer.from(tensorBoardEvents(points)).equals(gold)).toBe(true);
});
