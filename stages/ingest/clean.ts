/** Which normal form text is put in. */
export type Normalisation = "nfc" | "none";

/**
 * One line of text without control characters, byte order marks and lone surrogates, in its normal form, with
 * white space collapsed to single blanks and none at either end.
 */
export function clean(line: string, normalisation: Normalisation): string {
  let text = line;
  if (ODD.test(line)) {
    text = text
      .replace(/\ufeff/g, "")
      .replace(/[^\S ]|\u0085/g, " ")
      .replace(/\p{Cc}/gu, "");
    if (/[\ud800-\udfff]/.test(text)) text = text.replace(/\p{Cs}/gu, "\ufffd");
    if (normalisation === "nfc") text = text.normalize("NFC");
  }
  return (text.includes("  ") ? text.replace(/ {2,}/g, " ") : text).trim();
}

/**
 * Anything but what is no control, is its own normal form and combines with nothing: ASCII, Latin, Cyrillic, common
 * punctuation, kana, Han and Hangul. Most lines hold nothing else, and are then left as they are but for blanks.
 */
const ODD =
  /[^ -~\u00a1-\u02ff\u0400-\u0482\u2010-\u2027\u2030-\u205e\u3001-\u3003\u3008-\u3020\u3041-\u3096\u30a1-\u30fa\u3131-\u318e\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff9d]/;
