import { TokenizerError } from "../tokenizer/tokenizer-error.ts";
import { type Field, readFields } from "./protobuf.ts";

/** What a piece of a SentencePiece model is (`SentencePiece.Type` of sentencepiece_model.proto). */
const TYPES = ["", "normal", "unknown", "control", "user-defined", "unused", "byte"] as const;
const MODELS = ["", "unigram", "bpe", "word", "char"] as const;

export interface SpiecePiece {
  readonly piece: string;
  /** Log probability. */
  readonly score: number;
  readonly type: (typeof TYPES)[number];
}

/** What of a SentencePiece model decides how text becomes ids. */
export interface SpieceModel {
  readonly pieces: readonly SpiecePiece[];
  /** The name of its normaliser, e.g. `nmt_nfkc`. */
  readonly normaliser: string;
  /** The compiled rules of its normaliser; empty where it has none. */
  readonly charsmap: Uint8Array;
}

/** Fields of `TrainerSpec` and `NormalizerSpec` by number, with their defaults. */
const MODEL_TYPE = 3;
const WHITESPACE_AS_SUFFIX = 24;
const BYTE_FALLBACK = 35;
const NAME = 1;
const CHARSMAP = 2;
const ADD_DUMMY_PREFIX = 3;
const REMOVE_EXTRA_WHITESPACES = 4;
const ESCAPE_WHITESPACES = 5;

/**
 * Reads a SentencePiece model file. A TokenizerError where it is none, is no unigram model, or treats blanks or
 * unknown characters in a way that ALBERT's models do not.
 */
export function readSpiece(bytes: Uint8Array, where: string): SpieceModel {
  try {
    return parse(bytes, where);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new TokenizerError("not a SentencePiece model", {
      where,
      expected: "a spiece.model as SentencePiece writes it",
      got: error.message,
    });
  }
}

function parse(bytes: Uint8Array, where: string): SpieceModel {
  const pieces: SpiecePiece[] = [];
  let trainer = new Map<number, Field["value"]>();
  let normalizer = new Map<number, Field["value"]>();
  for (const { number, value } of readFields(bytes)) {
    if (number === 1) pieces.push(readPiece(message(value)));
    else if (number === 2) trainer = fieldsOf(message(value));
    else if (number === 3) normalizer = fieldsOf(message(value));
  }
  if (pieces.length === 0) throw new RangeError("a message without pieces");
  const model = MODELS[Number(trainer.get(MODEL_TYPE) ?? 1)] ?? "unknown";
  const wanted = [
    ["the model's type", model, "unigram"],
    ["treat_whitespace_as_suffix", trainer.get(WHITESPACE_AS_SUFFIX) ?? 0, 0],
    ["byte_fallback", trainer.get(BYTE_FALLBACK) ?? 0, 0],
    ["add_dummy_prefix", normalizer.get(ADD_DUMMY_PREFIX) ?? 1, 1],
    ["remove_extra_whitespaces", normalizer.get(REMOVE_EXTRA_WHITESPACES) ?? 1, 1],
    ["escape_whitespaces", normalizer.get(ESCAPE_WHITESPACES) ?? 1, 1],
  ] as const;
  for (const [what, got, expected] of wanted)
    if (got !== expected)
      throw new TokenizerError("a SentencePiece model is of a kind that is not read", {
        where: `${where}, ${what}`,
        expected: `${expected}`,
        got: `${got}`,
        hint: "train one with spm_train --model_type=unigram, as ALBERT's recipe does",
      });
  const bytesOf = (field: number) => message(normalizer.get(field) ?? new Uint8Array(0));
  return { pieces, normaliser: textOf(bytesOf(NAME)), charsmap: bytesOf(CHARSMAP) };
}

function readPiece(bytes: Uint8Array): SpiecePiece {
  const fields = fieldsOf(bytes);
  const score = message(fields.get(2) ?? new Uint8Array(4));
  if (score.length !== 4) throw new RangeError("a score that is no 32-bit float");
  const type = TYPES[Number(fields.get(3) ?? 1)];
  if (type === undefined || type === "") throw new RangeError("a piece of unknown type");
  return {
    piece: textOf(message(fields.get(1) ?? new Uint8Array(0))),
    score: new DataView(score.buffer, score.byteOffset).getFloat32(0, true),
    type,
  };
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new RangeError("a text that is not UTF-8");
  }
}

function fieldsOf(bytes: Uint8Array): Map<number, Field["value"]> {
  const fields = new Map<number, Field["value"]>();
  for (const { number, value } of readFields(bytes)) fields.set(number, value);
  return fields;
}

function message(value: Field["value"]): Uint8Array {
  if (typeof value === "number") throw new RangeError("a number where bytes belong");
  return value;
}
