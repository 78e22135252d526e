import type { RawDocument, Reader } from "../reader.ts";
import { DocumentSize, readLines } from "./lines.ts";

/** BERT's `create_pretraining_data.py` format: each line is a sentence, a blank line ends a document. */
export const readBertFormat: Reader<"bert-format"> = async function* (input, source) {
  const size = new DocumentSize(input.where);
  let line = 0;
  let begin = 1;
  let sentences: string[] = [];
  for await (const some of readLines(input, source.encoding)) {
    const finished: RawDocument[] = [];
    for (const raw of some) {
      line++;
      const sentence = input.cleaned(raw);
      if (sentence !== "") {
        if (sentences.length === 0) begin = line;
        size.add(sentence, begin);
        sentences.push(sentence);
      } else if (sentences.length > 0) {
        finished.push({ line: begin, blocks: sentences });
        sentences = [];
        size.end();
      }
    }
    yield finished;
  }
  if (sentences.length > 0) yield [{ line: begin, blocks: sentences }];
};
