// Tokenises with Hugging Face's tokenizers in Node. Reads a task a line, answers with a line of JSON.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const require = createRequire(import.meta.url);
const { Tokenizer } = require("tokenizers");
const { version } = require("tokenizers/package.json");

const options = JSON.parse(process.argv[2]);
const texts = readFileSync(options.text, "utf8").split("\n");
const tokenizer = Tokenizer.fromFile(options.tokenizer);

async function tokenize() {
  const start = performance.now();
  const encodings = await tokenizer.encodeBatch(texts, { addSpecialTokens: false });
  const ids = encodings.map((encoding) => encoding.getIds());
  const seconds = (performance.now() - start) / 1000;
  const digest = createHash("sha256");
  for (const row of ids) digest.update(Int32Array.from(row));
  return {
    seconds,
    ids: ids.reduce((sum, { length }) => sum + length, 0),
    digest: digest.digest("hex"),
  };
}

console.log(
  `tokenizers ${version} in Node ${process.version}, RAYON_NUM_THREADS=${process.env.RAYON_NUM_THREADS}`,
);
for await (const _ of createInterface({ input: process.stdin }))
  console.log(JSON.stringify(await tokenize()));
