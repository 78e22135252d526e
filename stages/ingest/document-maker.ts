import { PipelineError, type SourceFile } from "../../engine/index.ts";
import type { documentFilter } from "./clean/index.ts";
import { contentKey, keyStem, repeatsOf, sourceName, splitOf, UniqueKeys } from "./keys.ts";
import type { IngestParams } from "./params.ts";
import type { RawDocument } from "./reader.ts";
import type { Rejections } from "./rejections.ts";
import type { DocumentRow } from "./rows.ts";
import { documentLanguage, segment } from "./segment/index.ts";
import type { Source } from "./sources.ts";

/** Makes rows of a partition's documents, or leaves them out. */
export class DocumentMaker {
  readonly #heldout: IngestParams["heldout"];
  readonly #filter: ReturnType<typeof documentFilter>;
  readonly #keys = new UniqueKeys();

  constructor({ heldout }: IngestParams, filter: ReturnType<typeof documentFilter>) {
    this.#heldout = heldout;
    this.#filter = filter;
  }

  /** The document's row; undefined where `rejections` tells why there is none. */
  async rowOf(
    document: RawDocument,
    source: Source,
    file: SourceFile,
    member: string,
    rejections: Rejections,
  ): Promise<DocumentRow | undefined> {
    const { line, title = "" } = document;
    const stem = keyStem(file.name, member);
    const key = isWholeFile(source)
      ? this.#wholeFileKey(stem, file, member)
      : this.#key(stem, document, rejections);
    if (key === undefined) return undefined;
    rejections.count();
    const { blocks, dropped } = this.#filter(document.blocks);
    if (dropped !== undefined || blocks.length === 0) {
      rejections.drop(line, dropped ?? "empty", document.blocks[0] ?? "");
      return undefined;
    }
    const split = splitOf(key, this.#heldout);
    const repeats = split === "heldout" ? 1 : repeatsOf(key, source.weight);
    if (repeats === 0) {
      rejections.passOver(`not drawn at weight ${source.weight}`);
      return undefined;
    }
    const row = { key, source: sourceName(file.name, member), title, split, repeats };
    const { language } = source;
    if (source.kind !== "bert-format")
      return { ...row, ...(await segment(blocks, language, document.language)) };
    // Its lines are the sentences.
    const found = await documentLanguage(blocks, language, document.language);
    return { ...row, language: found, sentences: blocks, paragraphStarts: [0] };
  }

  #wholeFileKey(stem: string, file: SourceFile, member: string): string {
    if (this.#keys.add(stem)) return stem;
    throw new PipelineError("two members of an archive would have the same key", {
      where: `${file.path}!${member}`,
      expected: "names that differ by more than the extension",
      got: stem,
      hint: "say by members which of them to read, such as **/*.txt",
    });
  }

  #key(stem: string, document: RawDocument, rejections: Rejections): string | undefined {
    const { givenKey, line } = document;
    if (givenKey === undefined) return this.#keys.numbered(`${stem}#${contentKey(document)}`);
    const key = `${stem}#${givenKey}`;
    if (this.#keys.add(key)) return key;
    rejections.reject(
      line,
      "two documents have the same key",
      givenKey,
      "have keys made from the text",
    );
    return undefined;
  }
}

function isWholeFile(source: Source): boolean {
  if (source.kind === "text") return source.document === "file";
  return source.kind === "html" || source.kind === "markdown";
}
