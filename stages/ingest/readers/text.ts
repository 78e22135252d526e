import { LOOKED_AT, looksLike, ParagraphBuilder, type ParagraphMode } from "../paragraphs.ts";
import type { RawDocument, Reader } from "../reader.ts";
import { DocumentSize, readLines } from "./lines.ts";

/** Plain text; a document of blank lines only has no blocks where it is a whole file, and is none elsewhere. */
export const readText: Reader<"text"> = async function* (input, source) {
  const size = new DocumentSize(input.where);
  let line = 0;
  let begin = 1;
  let builder: ParagraphBuilder | undefined;
  const finished: RawDocument[] = [];
  const finish = () => {
    const blocks = builder!.take();
    if (source.document === "file" || blocks.length > 0) finished.push({ line: begin, blocks });
    begin = line + 1;
    size.end();
  };

  for await (const { mode, some } of decided(
    readLines(input, source.encoding),
    source.paragraphs,
  )) {
    builder ??= new ParagraphBuilder(mode);
    for (const raw of some) {
      line++;
      const text = input.cleaned(raw);
      size.add(text, begin);
      builder.push(text);
      if (source.document === "blank-line" && text === "") finish();
    }
    yield finished.splice(0);
  }
  finish();
  yield finished;
};

/** The same lines, once enough of them have been seen to decide what a paragraph is. */
async function* decided(
  lines: AsyncIterable<readonly string[]>,
  wanted: ParagraphMode | "auto",
): AsyncGenerator<{ mode: ParagraphMode; some: readonly string[] }> {
  let mode = wanted === "auto" ? undefined : wanted;
  const waiting: string[] = [];
  let seen = 0;
  let looked = 0;
  for await (const some of lines) {
    if (mode !== undefined) {
      yield { mode, some };
      continue;
    }
    for (const line of some) {
      waiting.push(line);
      if (seen < LOOKED_AT) looked = waiting.length;
      seen += line.length + 1;
    }
    if (seen < LOOKED_AT) continue;
    mode = looksLike(waiting.slice(0, looked));
    yield { mode, some: waiting.splice(0) };
  }
  yield { mode: mode ?? looksLike(waiting), some: waiting };
}
