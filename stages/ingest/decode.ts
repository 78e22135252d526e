import { isUtf8 } from "node:buffer";
import { PipelineError } from "../../engine/index.ts";
import { binary, cutOff, illFormedUtf16, notUtf8 } from "./decode-errors.ts";
import { LineCounter } from "./lines.ts";
import type { Encoding } from "./sources.ts";
import { firstInvalidUtf8, wholeCharactersEnd } from "./utf8.ts";

/** The encodings that a text can turn out to have. */
export type FoundEncoding = Exclude<Encoding, "auto">;

export interface DecodeOptions {
  /** Path, or path!member: for messages. */
  readonly where: string;
  readonly encoding: Encoding;
  /** Told once of an encoding that the bytes, not the options, decided. */
  onFound?(encoding: FoundEncoding): void;
}

/** How far `auto` looks, from the first byte that is no ASCII, to tell UTF-8 from Windows-1252. */
const LOOK_BYTES = 1 << 20;
const HEAD_BYTES = 8;

/**
 * Bytes as text, in pieces, without a byte order mark. UTF-16 is recognised by its mark where UTF-8 is expected. Throws a
 * PipelineError where there is a NUL (the file is binary) or what is not valid in the encoding, with offset and line.
 */
export async function* decode(
  bytes: AsyncIterable<Uint8Array>,
  options: DecodeOptions,
): AsyncGenerator<string> {
  const decoder = new Decoder(options);
  for await (const piece of bytes) {
    const text = decoder.push(piece, false);
    if (text !== "") yield text;
  }
  const text = decoder.push(new Uint8Array(0), true);
  if (text !== "") yield text;
}

class Decoder {
  readonly #options: DecodeOptions;
  readonly #lines = new LineCounter();
  /** Bytes that wait for more of them. */
  #held: Buffer = Buffer.alloc(0);
  /** Of the first held byte, in the file. */
  #offset = 0;
  #head: Uint8Array = new Uint8Array(0);
  #encoding: FoundEncoding | undefined;
  #started = false;
  /** Whether some text has come out, so that a mark would be a character. */
  #begun = false;

  constructor(options: DecodeOptions) {
    this.#options = options;
    if (options.encoding === "latin1") this.#encoding = "latin1";
  }

  push(piece: Uint8Array, last: boolean): string {
    const given = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    const bytes = this.#held.length === 0 ? given : Buffer.concat([this.#held, given]);
    if (!this.#started) {
      if (bytes.length < HEAD_BYTES && !last) return this.#hold(bytes, 0);
      this.#start(bytes);
    }
    const encoding = this.#encoding ?? this.#decide(bytes, last);
    const end = encoding === undefined ? asciiEnd(bytes) : this.#end(bytes, encoding, last);
    const whole = bytes.subarray(0, end);
    const text = this.#unmarked(this.#text(whole, encoding ?? "utf-8"));
    this.#lines.add(text);
    this.#hold(bytes, end);
    return text;
  }

  #start(bytes: Buffer): void {
    this.#started = true;
    this.#head = Uint8Array.from(bytes.subarray(0, HEAD_BYTES));
    const { encoding } = this.#options;
    if (encoding === "latin1") return;
    const marked =
      bytes[0] === 0xff && bytes[1] === 0xfe
        ? "utf-16le"
        : bytes[0] === 0xfe && bytes[1] === 0xff
          ? "utf-16be"
          : undefined;
    if (encoding === "auto" && marked === undefined) return;
    this.#encoding =
      (encoding.startsWith("utf-16") ? undefined : marked) ?? (encoding as FoundEncoding);
    if (this.#encoding !== encoding) this.#options.onFound?.(this.#encoding);
  }

  /** Up to the first byte that is no ASCII, both encodings agree; from it so much is looked at that one is ruled out. */
  #decide(bytes: Buffer, last: boolean): FoundEncoding | undefined {
    const ascii = asciiEnd(bytes);
    const looked = bytes.subarray(ascii, ascii + LOOK_BYTES);
    if (looked.length === 0 && !last) return undefined;
    const cut = !last || looked.length < bytes.length - ascii;
    const whole = cut ? looked.subarray(0, wholeCharactersEnd(looked, looked.length)) : looked;
    const valid = isUtf8(whole);
    if (valid && !last && looked.length < LOOK_BYTES) return undefined;
    this.#encoding = valid ? "utf-8" : "latin1";
    if (!valid) this.#options.onFound?.("latin1");
    return this.#encoding;
  }

  /** Where the last whole character of the bytes ends. */
  #end(bytes: Buffer, encoding: FoundEncoding, last: boolean): number {
    if (encoding === "latin1") return bytes.length;
    if (encoding === "utf-8") return last ? bytes.length : wholeCharactersEnd(bytes, bytes.length);
    const even = bytes.length & ~1;
    if (last) {
      if (even < bytes.length) throw cutOff(this.#place(bytes, even), encoding);
      return even;
    }
    const high = even >= 2 ? bytes[encoding === "utf-16le" ? even - 1 : even - 2]! : 0;
    return (high & 0xfc) === 0xd8 ? even - 2 : even;
  }

  #text(bytes: Buffer, encoding: FoundEncoding): string {
    if (encoding === "utf-16le" || encoding === "utf-16be") return this.#utf16(bytes, encoding);
    const nul = bytes.indexOf(0);
    if (nul !== -1) throw binary(this.#place(bytes, nul));
    if (encoding === "latin1") return windows1252(bytes);
    if (isUtf8(bytes)) return bytes.toString("utf8");
    const invalid = firstInvalidUtf8(bytes);
    throw notUtf8(this.#place(bytes, invalid), bytes[invalid]!);
  }

  #utf16(bytes: Buffer, encoding: "utf-16le" | "utf-16be"): string {
    const ordered = encoding === "utf-16le" ? bytes : Buffer.from(bytes).swap16();
    const text = ordered.toString("utf16le");
    const nul = text.indexOf("\0");
    if (nul !== -1) throw binary(this.#place(bytes, 2 * nul, text.slice(0, nul)));
    const lone = text.search(/\p{Cs}/u);
    if (lone === -1) return text;
    throw illFormedUtf16(this.#place(bytes, 2 * lone, text.slice(0, lone)), encoding);
  }

  #unmarked(text: string): string {
    if (this.#begun || text === "") return text;
    this.#begun = true;
    return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  }

  #place(bytes: Buffer, at: number, before = bytes.toString("latin1", 0, at)) {
    const { where } = this.#options;
    return { where, line: this.#lines.after(before), byte: this.#offset + at, head: this.#head };
  }

  #hold(bytes: Buffer, from: number): string {
    this.#offset += from;
    // A copy: the bytes are their giver's again.
    this.#held = Buffer.from(bytes.subarray(from));
    return "";
  }
}

/** Where the ASCII that bytes begin with ends; NUL, which no text has, is not looked for here. */
function asciiEnd(bytes: Buffer): number {
  let at = 0;
  while (at < bytes.length && bytes[at]! < 0x80) at++;
  return at;
}

/** What WHATWG's "latin1" makes of 0x80 to 0x9f (https://encoding.spec.whatwg.org/index-windows-1252.txt). */
const WINDOWS_1252 = "€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ";

/** Node's TextDecoder has taken Windows-1252 for ISO 8859-1 in some releases, so the difference is spelt out. */
function windows1252(bytes: Buffer): string {
  return bytes
    .toString("latin1")
    .replace(/[\x80-\x9f]/g, (letter) => WINDOWS_1252[letter.charCodeAt(0) - 0x80]!);
}

/** How many UTF-16 code units a text may have that has to be held whole. */
const LONGEST_TEXT = 1 << 26;

/** All of a text that is small enough to be held whole; a PipelineError otherwise. */
export async function decodeWhole(
  bytes: AsyncIterable<Uint8Array>,
  options: DecodeOptions,
  longest = LONGEST_TEXT,
): Promise<string> {
  const pieces: string[] = [];
  let length = 0;
  for await (const piece of decode(bytes, options)) {
    length += piece.length;
    if (length > longest)
      throw new PipelineError(`${options.where} is too long to be one document`, {
        where: options.where,
        expected: `at most ${longest} characters`,
        hint: "split the file, or leave it out of the source's files",
      });
    pieces.push(piece);
  }
  return pieces.join("");
}
