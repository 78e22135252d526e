const SEQUENCES = new RegExp(
  [
    // Strings that the terminal acts on (titles, links, clipboard): DCS, SOS, OSC, PM, APC, up to their terminator.
    "(?:\\x1b[PX\\]^_]|[\\x90\\x98\\x9d\\x9e\\x9f])[^\\x07\\x1b\\x90\\x98\\x9c-\\x9f]*(?:\\x07|\\x1b\\\\|\\x9c)",
    // CSI: colours, cursor movement, erasing.
    "(?:\\x1b\\[|\\x9b)[0-?]*[ -/]*[@-~]",
    // Two-character escapes, such as a reset.
    "\\x1b[ -/]*[0-~]",
  ].join("|"),
  "g",
);
const BREAKS = /\r\n|[\t\n\v\f\r\x85\u2028\u2029]/g;
/** Controls (Cc), direction overrides and isolates, invisible characters that shift columns, tags, lone surrogates. */
const UNSAFE =
  /\u034f|[\p{Cc}\p{Cs}\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e0fff}]/gu;

/**
 * Text that came from data, made safe to show on one line of a terminal: escape sequences are removed, line breaks
 * and tabs become a space, and no control, direction override or invisible character is left.
 */
export function sanitize(text: string): string {
  return text.replace(SEQUENCES, "").replace(BREAKS, " ").replace(UNSAFE, "");
}

/** The same for text of several lines: its line breaks stay, as `\n`. */
export function sanitizeLines(text: string): string {
  return text
    .replace(SEQUENCES, "")
    .split(/\r\n|\n/)
    .map(sanitize)
    .join("\n");
}
