import { checkPieces } from "./definition.ts";
import { TokenizerError } from "./tokenizer-error.ts";

/**
 * The pieces of a `vocab.txt`: one a line, the line's number being its id. A byte order mark and CRLF are passed
 * over. A TokenizerError where a line is blank, a piece stands twice, or the file is not UTF-8.
 */
export function parseVocabTxt(bytes: Uint8Array, where: string): readonly string[] {
  let text: string;
  try {
    // Drops a byte order mark by itself.
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new TokenizerError("a vocabulary is not UTF-8", {
      where,
      expected: "a piece a line, in UTF-8",
      got: "bytes that are none",
    });
  }
  const pieces = text.replace(/\r?\n$/, "").split(/\r?\n/);
  const lineOf = (id: number) => `line ${id + 1}`;
  const blank = pieces.findIndex((piece) => /^[ \t]*$/.test(piece));
  if (blank >= 0 && !(pieces.length === 1 && pieces[0] === ""))
    throw new TokenizerError("a vocabulary has a blank line", {
      where: `${where}, ${lineOf(blank)}`,
      expected: "a piece on every line, as the line's number is its id",
      got: "a blank line",
    });
  checkPieces(pieces[0] === "" ? [] : pieces, where, lineOf);
  return pieces;
}

/** The content of a `vocab.txt`. */
export function vocabTxt(pieces: readonly string[]): string {
  return `${pieces.join("\n")}\n`;
}
