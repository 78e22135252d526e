import type { CleanParams } from "./params.ts";

/** What of the parameters concerns single lines. */
export type LineParams = Pick<CleanParams, "normalise" | "bidiControls" | "zeroWidth">;

/**
 * A function that gives a line of text without escape sequences, control characters, byte order marks and lone
 * surrogates, in its normal form, with white space collapsed to single blanks and none at either end. What it gives
 * it gives back unchanged.
 */
export function lineCleaner({
  normalise,
  bidiControls,
  zeroWidth,
}: LineParams): (line: string) => string {
  const odd = normalise === "nfkc" ? ODD_NFKC : ODD;
  const form = normalise === "none" ? undefined : normalise === "nfc" ? "NFC" : "NFKC";
  const invisible = new RegExp(
    `[\\ufeff\\p{Cc}${bidiControls ? "" : BIDI}${zeroWidth === "keep" ? "" : FORMAT}` +
      `${zeroWidth === "drop" ? NEEDED : ""}]`,
    "gu",
  );
  return (line) => {
    let text = line;
    if (odd.test(line)) {
      if (text.includes("\u001b")) text = text.replace(ESCAPE, "");
      // U+FEFF is white space to a regular expression and nothing to a reader.
      text = text.replace(/[^\S \ufeff]|\u0085/g, " ").replace(invisible, "");
      if (/[\ud800-\udfff]/.test(text)) text = text.replace(/\p{Cs}/gu, "\ufffd");
      if (form !== undefined) text = text.normalize(form);
    }
    return (text.includes("  ") ? text.replace(/ {2,}/g, " ") : text).trim();
  };
}

/** Marks, embeddings, overrides and isolates of writing direction. */
const BIDI = "\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069";

/** Soft hyphen, word joiner, invisible operators, deprecated format characters, annotation marks. */
const FORMAT = "\\u00ad\\u2060-\\u2064\\u206a-\\u206f\\ufff9-\\ufffb";

/** Zero width space, non-joiner and joiner. */
const NEEDED = "\\u200b-\\u200d";

/**
 * A terminal's escape sequences as ECMA-48 defines them: control sequences (colours, cursor), command strings up to
 * their end, character sets, private ones. Only those that begin with ESC: the one-byte forms are letters of
 * misread Windows-1252 more often than commands.
 */
const ESCAPE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /\u001b(?:\[[0-?]*(?:[ -/]*[@-~])?|[\]PX^_][^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)|[#%(-/][0-~]|[0-?])/g;

/**
 * Anything but what is visible or a blank, is its own normal form and combines with nothing: ASCII, Latin, Cyrillic,
 * common punctuation, kana, Han and Hangul. Most lines hold nothing else, and are left as they are but for blanks.
 */
const ODD =
  /[^ -~\u00a1-\u00ac\u00ae-\u02ff\u0400-\u0482\u2010-\u2027\u2030-\u205e\u3001-\u3003\u3008-\u3020\u3041-\u3096\u30a1-\u30fa\u3131-\u318e\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff9d]/;

/** The same for compatibility forms, of which there are many. */
const ODD_NFKC =
  /[^ -~\u00c0-\u0131\u0400-\u0482\u2013\u2014\u2018-\u201e\u3001-\u3003\u3008-\u3020\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3]/;
