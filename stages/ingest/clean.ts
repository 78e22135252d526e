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

/** Lines without these are left as they are but for blanks: below U+0300 all text is in NFC. */
const ODD = /[^ -~\u00a1-\u02ff]/;
