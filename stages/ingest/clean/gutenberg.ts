/**
 * The markers that Project Gutenberg puts around a book's text: those of today and, in its older files, the end of
 * the "small print".
 */
const MARKER =
  /\*\* ?(START|END) OF TH(?:E|IS) PROJECT GUTENBERG E(?:BOOK|TEXT)|\*(END)\*? ?THE SMALL PRINT/i;

/** How a book ended before there were markers, at the beginning of a paragraph. */
const LAST_WORDS = /^End of (?:the |this )?Project Gutenberg(?:['’]s\b| E-?(?:book|text)\b)/i;

/**
 * A book's paragraphs without what stands before its START marker and from its END marker on; of several books in
 * one document, every book's. Paragraphs without markers are given back as they are. Linear in time.
 */
export function withoutGutenbergFrame(blocks: readonly string[]): readonly string[] {
  if (!blocks.some(mayHoldMarker)) return blocks;
  let kept: string[] = [];
  let state: "before" | "inside" | "after" = "before";
  const keep = (text: string) => {
    if (text !== "" && state !== "after") kept.push(text);
  };
  for (const block of blocks) {
    let rest = block;
    while (mayHoldMarker(rest)) {
      const marker = nextMarker(rest);
      if (marker === undefined) break;
      // What stood before the first START is its header; text between two STARTs lacks an END, and is kept.
      if (marker.starts && state === "before") kept = [];
      else keep(rest.slice(0, marker.from).trim());
      state = marker.starts ? "inside" : "after";
      rest = rest.slice(marker.to).trim();
    }
    keep(rest);
  }
  return kept;
}

/** A marker's place, the stars around it included. */
interface Marker {
  readonly starts: boolean;
  readonly from: number;
  readonly to: number;
}

/** Much faster than the markers' own expression. */
function mayHoldMarker(block: string): boolean {
  return (
    block.includes("GUTENBERG") || block.includes("Gutenberg") || block.includes("SMALL PRINT")
  );
}

function nextMarker(block: string): Marker | undefined {
  const last = LAST_WORDS.exec(block);
  if (last !== null) return { starts: false, from: 0, to: block.length };
  const found = MARKER.exec(block);
  if (found === null) return undefined;
  let from = found.index;
  while (from > 0 && block[from - 1] === "*") from--;
  const stars = block.indexOf("*", found.index + found[0].length);
  let to = stars === -1 ? block.length : stars;
  // "*END*THE SMALL PRINT! FOR PUBLIC DOMAIN ETEXTS*Ver.04.29.93*END*"
  if (found[2] !== undefined) to = block.length;
  while (block[to] === "*") to++;
  return { starts: found[2] !== undefined || found[1]!.toUpperCase() === "START", from, to };
}
