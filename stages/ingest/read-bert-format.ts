import type { RawDocument, Reader } from "./read.ts";

/** BERT's `create_pretraining_data.py` format: each line is a sentence, a blank line ends a document. */
export const readBertFormat: Reader<"bert-format"> = async function* (
  lines,
  _source,
  _file,
  cleaned,
) {
  let line = 0;
  let begin = 1;
  let sentences: string[] = [];
  for await (const some of lines) {
    const finished: RawDocument[] = [];
    for (const raw of some) {
      line++;
      const sentence = cleaned(raw);
      if (sentence !== "") {
        if (sentences.length === 0) begin = line;
        sentences.push(sentence);
      } else if (sentences.length > 0) {
        finished.push({ line: begin, blocks: sentences });
        sentences = [];
      }
    }
    if (finished.length > 0) yield finished;
  }
  if (sentences.length > 0) yield [{ line: begin, blocks: sentences }];
};
