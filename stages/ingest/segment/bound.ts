/**
 * The longest sentence, in UTF-16 code units. In alphabets that is about what a model of 512 pieces sees of one, so
 * text without full stops is cut rather than lost to truncation.
 */
export const MAX_SENTENCE_CHARACTERS = 2000;

/**
 * Cuts a sentence that is too long into slices of at most `max` code units, between which lies nothing but blanks:
 * after the last comma or its like in a slice's second half, else at the last blank, else between two characters.
 */
export function boundSentence(sentence: string, max = MAX_SENTENCE_CHARACTERS): string[] {
  const slices: string[] = [];
  let start = 0;
  while (sentence.length - start > max) {
    const end = cut(sentence, start, max);
    slices.push(sentence.slice(start, end).trimEnd());
    start = end;
    while (sentence[start] === " ") start++;
  }
  if (start < sentence.length) slices.push(sentence.slice(start));
  return slices;
}

function cut(text: string, start: number, max: number): number {
  const half = start + (max >> 1);
  for (let end = start + max; end > half; end--) if (isClauseEnd(text, end)) return end;
  const blank = text.lastIndexOf(" ", start + max);
  if (blank > start) return blank;
  let end = start + max;
  // Of what belongs together only so much is looked at that a hostile run of marks cannot hold it up.
  for (let back = 0; back < 32 && end > start + 1 && belongsToBefore(text, end); back++) end--;
  return end;
}

/** After a comma of the East, or one that a blank follows. */
function isClauseEnd(text: string, at: number): boolean {
  const mark = text[at - 1]!;
  return "、，；：".includes(mark) || (text[at] === " " && ",;:،؛)—–".includes(mark));
}

/** Whether the character at `at` cannot be parted from the one before it. */
function belongsToBefore(text: string, at: number): boolean {
  if (/[\udc00-\udfff]/.test(text[at]!) && /[\ud800-\udbff]/.test(text[at - 1]!)) return true;
  return /\p{M}|\u200d/u.test(text[at]!) || text[at - 1] === "\u200d";
}
