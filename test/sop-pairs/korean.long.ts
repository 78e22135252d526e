import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { definePipeline, inputSource, openInputs, viewBatch } from "../../engine/index.ts";
import { bertFormat, ingest } from "../../stages/ingest/index.ts";
import { sopPairs } from "../../stages/sop-pairs/index.ts";
import { audit, examples } from "../../stages/sop-pairs/tables.ts";
import { tokenize, wordpieceVocab } from "../../stages/tokenize/index.ts";
import { Rig } from "../rig/rig.ts";

const korean = resolve(import.meta.dirname, "../../../shared/data/korean");
const REVIEWS_A_DOCUMENT = 40;

/** Reviews, forty to a document, a sentence a line: without full stops for the most part. */
function reviews(): string {
  const lines = readFileSync(resolve(korean, "NSMC/train.tsv"), "utf8").split("\n").slice(1);
  const texts = lines.flatMap((line) => line.split("\t")[1]?.trim() || []);
  return texts.map((text, at) => (at % REVIEWS_A_DOCUMENT === 0 ? `\n${text}` : text)).join("\n");
}

/** Premises and hypotheses, as they come. */
function inferences(): string {
  const lines = readFileSync(resolve(korean, "KorNLI/xnli.dev.ko.tsv"), "utf8")
    .split("\n")
    .slice(1);
  const pairs = lines.map((line) => line.split("\t").slice(0, 2).join("\n"));
  return pairs.map((text, at) => (at % 20 === 0 ? `\n${text}` : text)).join("\n");
}

test.skipIf(!existsSync(korean))(
  "a Korean corpus passes the audit, its eojeol masked whole",
  async () => {
    const rig = await Rig.create();
    await rig.file("korean.txt", `${reviews()}\n${inferences()}\n`);
    const source = bertFormat({ cwd: rig.folder, files: "korean.txt", language: "ko" });
    const { documents } = ingest({}, { sources: [source], heldout: { share: 0.1 } });
    const { tokenizer } = wordpieceVocab({ documents }, { size: 8000 });
    const { sentences } = tokenize({ documents, tokenizer });
    const pairs = sopPairs({ sentences, tokenizer }, { maxSeqLength: 128, dupeFactor: 2 });
    const outputs = { examples: pairs.examples };
    const ran = await rig.run(definePipeline({ name: "korean", seed: 42, outputs }));
    expect(ran.failures.map(({ error }) => error)).toEqual([]);

    const artifact = ran.artifacts.get("sop-pairs")!;
    const opened = await openInputs<{ audit: typeof audit; examples: typeof examples }>({
      audit: inputSource(artifact, "audit", audit),
      examples: inputSource(artifact, "examples", examples),
    });
    const rows = await opened.audit.rows();

    expect(rows.filter(({ verdict }) => verdict === "failed")).toEqual([]);
    expect(rows.find(({ measure }) => measure === "words in part")!.value).toBeLessThan(0.001);

    let [eojeol, long] = [0, 0];
    for await (const batch of opened.examples.batches()) {
      const { input_ids, word_starts, masked_lm_positions } = viewBatch(examples, batch);
      for (let row = 0; row < batch.numRows; row++) {
        const { offsets } = input_ids;
        const starts = word_starts.values.subarray(offsets[row]!, offsets[row + 1]!);
        const predicted = new Set(
          masked_lm_positions.values.subarray(
            masked_lm_positions.offsets[row]!,
            masked_lm_positions.offsets[row + 1]!,
          ),
        );
        for (let at = 0, end = 0; at < starts.length; at = end) {
          for (end = at + 1; end < starts.length && starts[end] === 0; ) end++;
          if (!predicted.has(at)) continue;
          eojeol++;
          if (end - at > 2) long++;
        }
      }
    }
    // Words of three pieces and more are masked as well, not only what is easily whole.
    expect(long / eojeol).toBeGreaterThan(0.1);
  },
  300_000,
);
