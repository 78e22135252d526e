import { readUnigram, unigramParts } from "../unigram/unigram-json.ts";
import type { TokenizerDefinition } from "./definition.ts";
import { parseJson, tokenizerJson } from "./json.ts";
import type { RolePieces } from "./roles.ts";
import { TokenizerError } from "./tokenizer-error.ts";
import { readWordPiece, wordPieceParts } from "./wordpiece-json.ts";

/**
 * Reads a `tokenizer.json` of Hugging Face's tokenizers, WordPiece or Unigram. A TokenizerError where it is neither,
 * or does what is not done here exactly. Truncation, padding and post-processing are not its own business here.
 */
export function readTokenizerJson(
  bytes: Uint8Array,
  named: Partial<RolePieces>,
  where: string,
): TokenizerDefinition {
  const file = parseJson(bytes, tokenizerJson, where);
  const { type } = file.model;
  if (type === "WordPiece") return readWordPiece(file, named, where);
  if (type === "Unigram") return readUnigram(file, named, where);
  throw new TokenizerError("a tokenizer's model is of a kind that is not read", {
    where: `${where}, model.type`,
    expected: "WordPiece or Unigram",
    got: type ?? "none",
  });
}

/** The content of a `tokenizer.json` that gives the same ids, framed as BERT frames them: a piece a line. */
export function tokenizerJsonText(definition: TokenizerDefinition): string {
  const { pieces, roles, special } = definition;
  const { normalizer, preTokenizer, decoder, model } =
    definition.kind === "wordpiece" ? wordPieceParts(definition) : unigramParts(definition);
  const [cls, sep] = [pieces[roles.cls]!, pieces[roles.sep]!];
  const token = (id: string, type: number) => ({ SpecialToken: { id, type_id: type } });
  const text = (id: string, type: number) => ({ Sequence: { id, type_id: type } });
  const first = [token(cls, 0), text("A", 0), token(sep, 0)];
  const special_tokens = Object.fromEntries(
    [cls, sep].map((piece) => {
      const id = piece === cls ? roles.cls : roles.sep;
      return [piece, { id: piece, ids: [id], tokens: [piece] }];
    }),
  );
  const lines = (items: readonly string[], open: string, close: string) =>
    `${open}\n${items.join(",\n")}\n${close}`;
  const vocab =
    definition.kind === "wordpiece"
      ? // By hand: an object would put pieces that are numbers first.
        lines(
          pieces.map((piece, id) => `${JSON.stringify(piece)}: ${id}`),
          "{",
          "}",
        )
      : lines(
          pieces.map((piece, id) => JSON.stringify([piece, definition.scores[id]])),
          "[",
          "]",
        );
  const fields: readonly (readonly [name: string, json: string])[] = [
    ["version", '"1.0"'],
    ["truncation", "null"],
    ["padding", "null"],
    [
      "added_tokens",
      lines(
        [...special]
          .sort((a, b) => a - b)
          .map((id) =>
            JSON.stringify({
              id,
              content: pieces[id]!,
              single_word: false,
              lstrip: false,
              rstrip: false,
              normalized: false,
              special: true,
            }),
          ),
        "[",
        "]",
      ),
    ],
    ["normalizer", JSON.stringify(normalizer)],
    ["pre_tokenizer", JSON.stringify(preTokenizer)],
    [
      "post_processor",
      JSON.stringify({
        type: "TemplateProcessing",
        single: first,
        pair: [...first, text("B", 1), token(sep, 1)],
        special_tokens,
      }),
    ],
    ["decoder", JSON.stringify(decoder)],
    ["model", `${JSON.stringify(model).slice(0, -1)}, "vocab": ${vocab}}`],
  ];
  return `${lines(
    fields.map(([name, json]) => `${JSON.stringify(name)}: ${json}`),
    "{",
    "}",
  )}\n`;
}
