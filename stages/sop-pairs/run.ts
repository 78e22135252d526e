import { type Inputs, makeBatch, type StageContext } from "../../engine/index.ts";
import { Masker, predictionBudget } from "../../lib/examples/masking.ts";
import { SPECIALS_PER_EXAMPLE, segmentPairs } from "../../lib/examples/pairs.ts";
import { RandomStream } from "../../lib/random.ts";
import type { sentences, tokenizer } from "../tokenize/tables.ts";
import { readTokenizerInput } from "../tokenizer-input.ts";
import { Tally } from "./audit/tally.ts";
import { ExampleBuilder } from "./example-builder.ts";
import { otherDocuments } from "./other-documents.ts";
import type { SopPairsParams } from "./params.ts";
import { readDocuments } from "./read-documents.ts";
import { examples, type SopPairsOutputs } from "./tables.ts";
import { pairVocabulary } from "./vocabulary.ts";

/** Examples in a batch: about 1 MB at 128 pieces. */
const BATCH_EXAMPLES = 4096;

type Stage = { readonly sentences: typeof sentences; readonly tokenizer: typeof tokenizer };

/** Makes one partition's examples, document by document, and says what it could not use. */
export async function* makeExamples(
  inputs: Inputs<Stage>,
  context: StageContext<SopPairsParams, SopPairsOutputs>,
) {
  const { params, seed, signal } = context;
  const { maxSeqLength, maskedLmProb } = params;
  const counted = maxSeqLength - (params.countSpecials ? 0 : SPECIALS_PER_EXAMPLE);
  const wanted = predictionBudget(counted, maskedLmProb, maxSeqLength);
  const maxPredictionsPerSeq = params.maxPredictionsPerSeq ?? wanted;
  if (maxPredictionsPerSeq < wanted) {
    const share = ((100 * maxPredictionsPerSeq) / maxSeqLength).toFixed(1);
    context.log(
      "warn",
      `maxPredictionsPerSeq ${maxPredictionsPerSeq} caps a full window of ${maxSeqLength} at ${share} % masked; ` +
        `maskedLmProb ${maskedLmProb} asks for ${wanted}`,
    );
  }

  const vocabulary = pairVocabulary(await readTokenizerInput(inputs.tokenizer), params);
  const masker = new Masker({ ...params, ...vocabulary, maxPredictionsPerSeq }, maxSeqLength);
  const others = await otherDocuments(inputs.sentences, params);
  const tally = new Tally({ ...params, maxPredictionsPerSeq, vocabulary });
  const unused = { documents: 0, pieces: 0 };
  const builder = new ExampleBuilder(vocabulary);
  let sentencesDone = 0;
  for await (const { document, sentences } of readDocuments(inputs.sentences)) {
    tally.begin(document);
    const passes = params.dupeFactor * (document.split === "train" ? document.repeats : 1);
    for (let pass = 0; pass < passes; pass++) {
      const pairs = segmentPairs(document, pass, { ...params, seed }, others);
      if (pairs.length === 0 && pass === 0) {
        unused.documents++;
        unused.pieces += document.ids.length;
      }
      for (const pair of pairs) {
        const { ids, wordStarts, separator } = builder.open(pair, pass, vocabulary.beginsWord);
        const random = new RandomStream(seed, "sop-pairs mask", document.key, pass, pair.chunk);
        const count = masker.mask(ids, wordStarts, separator, random);
        const positions = masker.positions.subarray(0, count);
        const originals = masker.originals.subarray(0, count);
        builder.addPredictions(positions, originals);
        tally.add({ pair, pass, ids, wordStarts, separator, positions, originals });
        if (builder.length === BATCH_EXAMPLES) {
          yield { examples: makeBatch(examples, builder.columns()) };
          builder.clear();
        }
      }
      signal.throwIfAborted();
    }
    tally.end();
    sentencesDone += sentences;
    context.progress(sentencesDone, inputs.sentences.rows, "sentences");
  }
  if (builder.length > 0) yield { examples: makeBatch(examples, builder.columns()) };
  tally.addSpans(masker.drawn, masker.taken);
  yield tally.batches();
  if (unused.documents > 0) {
    context.log(
      "info",
      `documents too short to have two segments: ${unused.documents} (${unused.pieces} pieces); they gave no example`,
    );
  }
}
