import { sanitize } from "../lib/sanitize.ts";

/** Longer texts are refused by many terminals. */
const MAX_BYTES = 8192;

/** What a terminal puts on the clipboard when it is written (OSC 52, xterm's control sequences); also over ssh. */
export function copySequence(text: string): string {
  const bytes = Buffer.from(sanitize(text)).subarray(0, MAX_BYTES);
  return `\x1b]52;c;${bytes.toString("base64")}\x07`;
}
