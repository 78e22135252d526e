/** Compiled by `npm run types`, never run: each `@ts-expect-error` is a mistake that must not compile. */
import type { Float32, Int32, RecordBatch, Utf8 } from "apache-arrow";
import { z } from "zod";
import { definePipeline, defineStage, folder, rowTable, table } from "../../engine/index.ts";

const texts = table({ key: "utf8", length: "int32" }, { cutBy: "key" });
const numbers = table({ value: "float32" });
declare const textBatch: RecordBatch<{ key: Utf8; length: Int32 }>;
declare const numberBatch: RecordBatch<{ value: Float32 }>;

const source = defineStage({
  name: "source",
  module: import.meta.url,
  inputs: {},
  outputs: { texts, numbers },
  params: z.object({ path: z.string(), limit: z.number().default(3) }),
  async *run(_inputs, context) {
    const limit: number = context.params.limit;
    context.progress(0, limit, "rows");
    yield { texts: textBatch };
    yield { numbers: numberBatch, texts: textBatch };
    // @ts-expect-error there is no such parameter
    context.params.size;
  },
});

const sink = defineStage({
  name: "sink",
  module: import.meta.url,
  inputs: { texts },
  outputs: { files: folder(), curve: rowTable({ step: "int32", loss: "float64?" }) },
  params: z.object({ bias: z.number().optional() }),
  partitionBy: "texts",
  async *run(inputs, context) {
    for await (const batch of inputs.texts.batches(["length"])) {
      yield { curve: { step: batch.numRows, loss: null } };
    }
    context.folder("files");
    // @ts-expect-error a table is not a folder
    context.folder("curve");
    // @ts-expect-error there is no such column
    inputs.texts.batches(["size"]);
    // @ts-expect-error there is no such input
    inputs.numbers;
  },
});

const placed = source({}, { path: "a" });
sink({ texts: placed.texts });
sink({ texts: placed.texts }, { bias: 1 }, { as: "sink-2" });
// @ts-expect-error another table's columns
sink({ texts: placed.numbers });
// @ts-expect-error an input is missing
sink({});
// @ts-expect-error there is no such input
sink({ texts: placed.texts, numbers: placed.numbers });
// @ts-expect-error a parameter of another type
sink({ texts: placed.texts }, { bias: "much" });
// @ts-expect-error there is no such parameter
sink({ texts: placed.texts }, { bais: 1 });
// @ts-expect-error parameters are missing
source({});
// @ts-expect-error there is no such output
placed.words;
// @ts-expect-error a node can only read what stands before it: there is no name for what it will make itself
// biome-ignore lint/correctness/noInvalidUseBeforeDeclaration: that it does not compile is the test
const cyclic = sink({ texts: cyclic.texts });

definePipeline({ name: "wired", seed: 1, outputs: { both: [placed.texts, placed.numbers] } });
// @ts-expect-error an output is what a stage gave, not the stage
definePipeline({ name: "wired", seed: 1, outputs: { source } });

defineStage({
  name: "yields-another-batch",
  module: import.meta.url,
  inputs: {},
  outputs: { texts },
  params: z.object({}),
  // @ts-expect-error a batch of another table
  async *run() {
    yield { texts: numberBatch };
  },
});

defineStage({
  name: "yields-an-unknown-output",
  module: import.meta.url,
  inputs: {},
  outputs: { texts },
  params: z.object({}),
  // @ts-expect-error there is no such output
  async *run() {
    yield { words: textBatch };
  },
});

defineStage({
  name: "yields-a-wrong-row",
  module: import.meta.url,
  inputs: {},
  outputs: { curve: rowTable({ step: "int32" }) },
  params: z.object({}),
  // @ts-expect-error a column of another type
  async *run() {
    yield { curve: { step: "one" } };
  },
});

defineStage({
  name: "maps-nothing",
  module: import.meta.url,
  inputs: { texts },
  outputs: { texts },
  params: z.object({}),
  // @ts-expect-error there is no such input
  partitionBy: "numbers",
  async *run() {
    yield {};
  },
});

// @ts-expect-error there is no such column
table({ key: "utf8" }, { cutBy: "length" });
