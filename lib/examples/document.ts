/** One tokenised document: its pieces on end, and where its sentences lie among them. */
export interface TokenizedDocument {
  readonly key: string;
  readonly split: string;
  /** How often one pass uses it. */
  readonly repeats: number;
  readonly ids: Int32Array;
  /** 1 where a piece begins a word, else 0; as long as `ids`. */
  readonly wordStarts: Uint8Array;
  /** Sentence i is the pieces from offsets[i] to offsets[i + 1]; none is empty. */
  readonly offsets: Int32Array;
  /** Sentence i's index in the document as it was ingested. */
  readonly sentences: Int32Array;
}

/** What a document is made of when windows are filled: whole sentences, and parts of those longer than a window. */
export interface Units {
  /** Unit i is the pieces from offsets[i] to offsets[i + 1]. */
  readonly offsets: readonly number[];
  /** The sentence (index in the document as it was ingested) that unit i is, or is part of. */
  readonly sentences: readonly number[];
}

/** A document's sentences as they are, however long. */
export function wholeSentences({ offsets, sentences }: TokenizedDocument): Units {
  return { offsets: Array.from(offsets), sentences: Array.from(sentences) };
}

/**
 * Divides the sentences longer than `longest` pieces into the fewest parts, nearly equal and cut before a word
 * where one begins in time; no piece is lost.
 */
export function divide(document: TokenizedDocument, longest: number): Units {
  const offsets = [0];
  const sentences: number[] = [];
  for (let index = 0; index < document.sentences.length; index++) {
    const end = document.offsets[index + 1]!;
    let from = document.offsets[index]!;
    while (from < end) {
      const parts = Math.ceil((end - from) / longest);
      const even = from + Math.ceil((end - from) / parts);
      const to = even === end ? end : wordStartBefore(document.wordStarts, from, even);
      offsets.push(to);
      sentences.push(document.sentences[index]!);
      from = to;
    }
  }
  return { offsets, sentences };
}

/** The last word start in (from, at], or `at` itself where one word fills all of it. */
function wordStartBefore(wordStarts: Uint8Array, from: number, at: number): number {
  for (let position = at; position > from; position--) {
    if (wordStarts[position] === 1) return position;
  }
  return at;
}
