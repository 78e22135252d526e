import { decodeWhole } from "../decode.ts";
import { htmlToBlocks } from "../markup/html.ts";
import { markdownToBlocks } from "../markup/markdown.ts";
import type { RawDocument, Reader, ReaderInput } from "../reader.ts";
import type { Encoding } from "../source-options.ts";
import { documentOf } from "./record.ts";

/** Web pages: a document a file. */
export const readHtml: Reader<"html"> = (input, source) =>
  readMarkup(input, source.encoding, htmlToBlocks);

/** Markdown: a document a file. */
export const readMarkdown: Reader<"markdown"> = (input, source) =>
  readMarkup(input, source.encoding, markdownToBlocks);

async function* readMarkup(
  input: ReaderInput,
  encoding: Encoding,
  convert: typeof htmlToBlocks,
): AsyncGenerator<readonly RawDocument[]> {
  const { blocks, title, language } = convert(
    await decodeWhole(input.bytes, { ...input, encoding }),
  );
  const cleaned = blocks.map(input.cleaned).filter((block) => block !== "");
  yield [documentOf(1, cleaned, { givenKey: undefined, title, language }, input.cleaned)];
}
