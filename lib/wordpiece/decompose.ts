import { CharClass, charClasses } from "./chars.ts";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();

/**
 * The text with every character decomposed canonically (NFD, of this runtime's Unicode), as accents are dropped:
 * after cleaning and after ideographs are set apart, both of which can change what decomposes and reorders.
 */
export function decompose(
  text: Uint8Array,
  options: { readonly cleanText: boolean; readonly handleChineseChars: boolean },
): Uint8Array<ArrayBuffer> {
  let prepared = "";
  for (const char of decoder.decode(text)) {
    const kind = charClasses[char.codePointAt(0)!]!;
    if (options.cleanText && kind & CharClass.control) continue;
    prepared += options.handleChineseChars && kind & CharClass.ideograph ? ` ${char} ` : char;
  }
  return encoder.encode(prepared.normalize("NFD"));
}
