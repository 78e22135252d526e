import { readWikiDump } from "../markup/wiki.ts";
import type { Reader } from "../reader.ts";
import { documentOf } from "./record.ts";

/** A MediaWiki dump: a document a page, by its id. */
export const readWikipedia: Reader<"wikipedia"> = async function* (input, source) {
  const { where, threads, signal, cleaned } = input;
  const { namespaces, redirects, disambiguations, headings, sections } = source;
  const pages = readWikiDump(input.bytes, {
    where,
    threads,
    namespaces,
    redirects,
    disambiguations,
    headings,
    ...(sections !== undefined && { sections }),
    reject: input.reject,
    ...(signal !== undefined && { signal }),
  });
  for await (const some of pages) {
    yield some.map(({ id, line, title, language, blocks }) =>
      documentOf(
        line,
        blocks.map(cleaned).filter((block) => block !== ""),
        { givenKey: id, title, language },
        cleaned,
      ),
    );
  }
};
