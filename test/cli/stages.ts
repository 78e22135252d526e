import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import {
  defineStage,
  folder,
  makeBatch,
  PipelineError,
  rowTable,
  table,
} from "../../engine/index.ts";
import { writeTokenizer } from "../../lib/tokenizer/files.ts";
import { wordPieces } from "../rig/tokenizers.ts";

const text = table({ key: "utf8", text: "utf8" }, { cutBy: "key" });
const tokenizer = folder();
const examples = table({
  document_key: "utf8",
  input_ids: "list<int32>",
  token_type_ids: "list<uint8>",
  masked_lm_positions: "list<int32>",
  masked_lm_ids: "list<int32>",
  sentence_order_label: "int8",
});
const scores = rowTable({ task: "utf8", value: "float64", baseline: "float64?" });

/** A document for each file, with its bytes as text, whatever they are. */
export const read = defineStage({
  name: "read",
  module: import.meta.url,
  inputs: {},
  outputs: { text },
  params: z.object({ files: z.array(z.string()), upper: z.boolean().default(false) }),
  files: async ({ files }) => files.map((path) => ({ path, name: path.split("/").at(-1)! })),
  async *run(_inputs, { files, params, log }) {
    for (const { path, name } of files) {
      const content = await readFile(path, "utf8");
      if (content.includes("FAIL"))
        throw new PipelineError("a document cannot be read", {
          where: name,
          expected: "no word FAIL",
          got: content.trim(),
          hint: "remove the word",
        });
      if (content.includes("BUG")) throw new TypeError("undefined is not a document");
      log("info", `read ${content.trim()}`);
      yield {
        text: makeBatch(text, {
          key: [name],
          text: [params.upper ? content.toUpperCase() : content],
        }),
      };
    }
  },
});

/** One example over a vocabulary of six pieces. */
export const pairs = defineStage({
  name: "pairs",
  module: import.meta.url,
  inputs: { text, tokenizer },
  outputs: { examples },
  params: z.object({}),
  async *run() {
    yield {
      examples: makeBatch(examples, {
        document_key: ["a.txt"],
        input_ids: { offsets: Int32Array.of(0, 7), values: Int32Array.of(0, 2, 3, 1, 5, 4, 1) },
        token_type_ids: {
          offsets: Int32Array.of(0, 7),
          values: Uint8Array.of(0, 0, 0, 0, 1, 1, 1),
        },
        masked_lm_positions: { offsets: Int32Array.of(0, 2), values: Int32Array.of(2, 4) },
        masked_lm_ids: { offsets: Int32Array.of(0, 2), values: Int32Array.of(6, 5) },
        sentence_order_label: [1],
      }),
    };
  },
});

export const pieces = defineStage({
  name: "pieces",
  module: import.meta.url,
  inputs: {},
  outputs: { tokenizer },
  params: z.object({}),
  // biome-ignore lint/correctness/useYield: a folder is written, not yielded.
  async *run(_inputs, context) {
    const text = ["[CLS]", "[SEP]", "plan", "[MASK]", "tree", "\x1b[31mred", "##ning"];
    const pieces = [...text, "[PAD]", "[UNK]"];
    await writeTokenizer(context.folder("tokenizer"), wordPieces(pieces));
  },
});

export const score = defineStage({
  name: "score",
  module: import.meta.url,
  inputs: { examples },
  outputs: { scores },
  params: z.object({ steps: z.number().int().default(3) }),
  async *run(_inputs, { params, metric, progress }) {
    for (let step = 1; step <= params.steps; step++) {
      metric(step, { loss: 1 / step });
      progress(step, params.steps, "steps");
    }
    yield { scores: { task: "toy", value: 0.75, baseline: 0.5 } };
  },
});

/** Works until it is asked to stop, or does not hear. */
export const wait = defineStage({
  name: "wait",
  module: import.meta.url,
  inputs: { text },
  outputs: { scores },
  params: z.object({ deaf: z.boolean().default(false) }),
  async *run(_inputs, { params, signal, log, progress }) {
    log("info", "waiting");
    for (let ticks = 1; params.deaf || !signal.aborted; ticks++) {
      progress(ticks, undefined, "ticks");
      await sleep(20);
    }
    yield { scores: { task: "none", value: 0, baseline: null } };
  },
});
