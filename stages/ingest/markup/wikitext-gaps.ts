import { GAP } from "./wikitext-marks.ts";

/** Blanks and punctuation next to a gap are few; no more of them are looked at. */
const NEAR = 16;
const PUT_BY = 1 << 12;

/**
 * Closes the gaps of what was left out, so that the text around each reads as if nothing had been there: no blank
 * before a full stop, no comma after an opening bracket, no empty brackets.
 */
export function closeGaps(text: string): string {
  if (!text.includes(GAP)) return text;
  const [first = "", ...parts] = text.split(GAP);
  let closed = "";
  let open = first;
  for (const part of parts) {
    open = joined(open, part);
    // What no later gap can reach is put by, so that a long text is copied once.
    if (open.length <= PUT_BY) continue;
    closed += open.slice(0, -NEAR);
    open = open.slice(-NEAR);
  }
  return closed + open;
}

/** The end of `before` and the beginning of `after` as they meet at a gap. */
function joined(before: string, after: string): string {
  let end = before.slice(-NEAR);
  let start = after.slice(0, NEAR);
  const opened = /[(（[]\s*$/.test(end);
  const closing = /^\s*[)）\]]/.test(start);
  if (opened && !closing) {
    end = end.trimEnd();
    start = start.replace(/^[\s,;:、，]+/, "");
  } else if (closing) {
    end = end.replace(/[\s,;:、，]+$/, "");
    start = start.trimStart();
    if (/[(（]$/.test(end)) {
      end = end.slice(0, -1).trimEnd();
      start = start.slice(1);
    }
  } else if (/^\s*[,.;:!?、。，．](?![^\s\ufdd0])/.test(start) || /^\s*[、。，．]/.test(start)) {
    end = end.trimEnd();
    start = start.trimStart();
  } else if (/\s$/.test(end) && /^\s/.test(start)) start = start.trimStart();
  if (/[,;、，]\s*$/.test(end)) start = start.replace(/^\s*[,;、，]/, "");
  return before.slice(0, -NEAR) + end + start + after.slice(NEAR);
}
