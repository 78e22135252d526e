import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { bertFormat, csv, text } from "../../stages/ingest/index.ts";
import { tarOf } from "./archives.ts";
import { failure, folderWith, type Ingested, ingested } from "./ingested.ts";

const DATA = "../shared/data";
const here = existsSync(DATA);

const sentencesOf = ({ documents }: Ingested) =>
  documents.flatMap((document) => document.sentences);

/** Every line of a TSV file after the header, by Python's count where it splits at line breaks alone. */
interface Tsv {
  readonly file: string;
  readonly rows: number;
  readonly columns: string | number | readonly (string | number)[];
  readonly header?: boolean;
  readonly key?: string | number;
  readonly empty?: number;
}

const TSVS: readonly Tsv[] = [
  { file: "glue/CoLA/train.tsv", rows: 8551, columns: 3, header: false },
  { file: "glue/CoLA/dev.tsv", rows: 1043, columns: 3, header: false },
  { file: "glue/CoLA/test.tsv", rows: 1063, columns: "sentence", key: "index" },
  { file: "glue/MNLI/train.sample.tsv", rows: 8999, columns: [8, 9] },
  { file: "glue/MNLI/heldout_from_train.sample.tsv", rows: 1000, columns: ["sentence1", 9] },
  { file: "glue/MRPC/train.tsv", rows: 3668, columns: ["#1 String", "#2 String"] },
  { file: "glue/MRPC/dev.tsv", rows: 408, columns: [3, 4] },
  { file: "glue/MRPC/test.tsv", rows: 1725, columns: [3, 4], key: "index" },
  { file: "glue/QNLI/train.sample.tsv", rows: 8999, columns: ["question", "sentence"] },
  { file: "glue/QNLI/heldout_from_train.sample.tsv", rows: 1000, columns: [1, 2] },
  { file: "glue/QNLI/test.tsv", rows: 5463, columns: ["question", "sentence"], key: "index" },
  { file: "glue/QQP/train.part.tsv", rows: 23_421, columns: [3, 4], key: "id" },
  { file: "glue/QQP/train.sample.tsv", rows: 8447, columns: [3, 4] },
  { file: "glue/QQP/heldout_from_train.sample.tsv", rows: 1000, columns: [3, 4] },
  { file: "glue/RTE/train.tsv", rows: 2490, columns: [1, 2], key: "index" },
  { file: "glue/RTE/dev.tsv", rows: 277, columns: [1, 2], key: "index" },
  { file: "glue/RTE/test.tsv", rows: 3000, columns: [1, 2], key: "index" },
  { file: "glue/SST-2/train.tsv", rows: 67_349, columns: "sentence" },
  { file: "glue/STS-B/train.tsv", rows: 5749, columns: ["sentence1", "sentence2"], key: "index" },
  { file: "glue/STS-B/dev.tsv", rows: 1500, columns: ["sentence1", "sentence2"], key: "index" },
  { file: "glue/STS-B/test.tsv", rows: 1379, columns: ["sentence1", "sentence2"], key: "index" },
  { file: "glue/WNLI/train.tsv", rows: 635, columns: [1, 2], key: "index" },
  { file: "glue/WNLI/dev.tsv", rows: 71, columns: [1, 2], key: "index" },
  { file: "glue/WNLI/test.tsv", rows: 146, columns: [1, 2], key: "index" },
  { file: "korean/KorNLI/xnli.dev.ko.tsv", rows: 2490, columns: [0, 1] },
  { file: "korean/KorSTS/sts-train.tsv", rows: 5749, columns: ["sentence1", "sentence2"] },
  { file: "korean/KorSTS/sts-dev.tsv", rows: 1500, columns: ["sentence1", "sentence2"] },
  { file: "korean/NSMC/train.tsv", rows: 19_989, columns: "document", key: "id" },
];

describe.skipIf(!here)(`TSV files of ${DATA}`, () => {
  it("are all of them", () => {
    const found = ["glue", "korean"].flatMap((folder) =>
      readdirSync(join(DATA, folder), { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".tsv"))
        .map((name) => `${folder}/${name}`),
    );
    expect(TSVS.map(({ file }) => file).sort()).toEqual(found.sort());
  });

  it.each(TSVS)("$file has $rows rows", async ({ file, rows, columns, header = true, key }) => {
    const source = csv({
      files: `${DATA}/${file}`,
      header,
      textColumns: columns as string | number | (string | number)[],
      paragraphs: "line",
      ...(key !== undefined && { keyColumn: key }),
    });
    const { documents, rejected } = await ingested({ sources: [source] });
    expect(rejected.filter(({ reason }) => reason !== "empty")).toEqual([]);
    expect(documents.length + rejected.length).toBe(rows);
    expect(new Set(documents.map((document) => document.key)).size).toBe(documents.length);
    // No cell has swallowed others, as a reader that obeys quotes makes them.
    const columnsRead = [columns].flat().length;
    for (const { paragraphStarts } of documents)
      expect(paragraphStarts.length).toBeLessThanOrEqual(columnsRead);
  });

  it("are read otherwise, or not at all, where quotes are obeyed", async () => {
    const read = (file: string, column: number) =>
      ingested({
        sources: [csv({ files: `${DATA}/${file}`, textColumns: column, quoting: true })],
      });
    for (const file of ["glue/QNLI/test.tsv", "glue/MRPC/train.tsv", "glue/STS-B/train.tsv"]) {
      const error = await failure(read(file, 1));
      expect(error.message).toMatch(/cannot be told apart$/);
      expect(error.details.hint).toContain("quoting: false");
    }
  });
});

describe.skipIf(!here)(`corpora of ${DATA}`, () => {
  const corpora = `${DATA}/corpora`;

  it("gutenberg: 14 books, by their encoding or by asking each", async () => {
    const files = `${corpora}/gutenberg/*.txt`;
    const named = await ingested({ sources: [text({ files, encoding: "latin1" })] });
    const asked = await ingested({ sources: [text({ files, encoding: "auto" })] });
    expect(named.documents).toHaveLength(14);
    expect(asked.documents).toEqual(named.documents);
    expect(asked.logs.join()).toMatch(/^read as Windows-1252: \d+, the first chesterton-ball\.txt/);
    expect(new Set(named.documents.map(({ language }) => language))).toEqual(new Set(["en"]));
    expect(sentencesOf(named).length).toBeGreaterThan(50_000);
  });

  it("state_union: 65 speeches, six of them no UTF-8", async () => {
    const files = `${corpora}/state_union/*.txt`;
    const error = await failure(ingested({ sources: [text({ files })] }));
    expect(error.details.where).toMatch(/1954-Eisenhower\.txt:\d+, byte \d+$/);
    const result = await ingested({ sources: [text({ files, encoding: "auto" })] });
    expect(result.documents).toHaveLength(65);
    expect(result.logs).toEqual(["read as Windows-1252: 6, the first 1954-Eisenhower.txt"]);
  });

  it("udhr: 14 texts in their languages", async () => {
    const { documents } = await ingested({ sources: [text({ files: `${corpora}/udhr/*.txt` })] });
    const languages = Object.fromEntries(documents.map(({ key, language }) => [key, language]));
    expect(languages).toMatchObject({
      English: "en",
      Finnish_Suomi: "fi",
      French_Francais: "fr",
      German_Deutsch: "de",
      Greek_Ellinika: "el",
      Japanese_Nihongo: "ja",
      Korean_Hankuko: "ko",
      Russian: "ru",
      Turkish_Turkce: "tr",
      Vietnamese: "vi",
    });
    expect(documents).toHaveLength(14);
  });

  it("wikitext-2: a document between blank lines", async () => {
    const file = `${corpora}/wikitext-2/wiki.valid.raw`;
    const result = await ingested({ sources: [text({ files: file, document: "blank-line" })] });
    const between = readFileSync(file, "utf8").split(/\n(?:\s*\n)+/);
    expect(result.documents).toHaveLength(between.filter((part) => part.trim() !== "").length);
  });

  it("bert_sample_text and zh_news_sample: the documents that blank lines make", async () => {
    for (const [folder, documents, sentences] of [
      ["bert_sample_text", 3, 31],
      ["zh_news_sample", 10, 213],
    ] as const) {
      const result = await ingested({
        sources: [bertFormat({ files: `${corpora}/${folder}/*.txt` })],
      });
      expect(result.documents).toHaveLength(documents);
      expect(sentencesOf(result)).toHaveLength(sentences);
    }
  });

  it("give the same text out of a compressed archive", async () => {
    const names = readdirSync(`${corpora}/state_union`).filter((name) => name.endsWith(".txt"));
    const read = (name: string) => readFileSync(`${corpora}/state_union/${name}`);
    const archive = tarOf(names.map((name) => ({ name, content: read(name) })));
    const encoding = "auto";
    using folder = folderWith({ "speeches.tar.gz": gzipSync(archive) });
    const packed = await ingested({ sources: [text({ cwd: folder.path, files: "*", encoding })] });
    const files = `${corpora}/state_union/*.txt`;
    const plain = await ingested({ sources: [text({ files, encoding })] });
    const sorted = (result: Ingested) =>
      result.documents
        .map(({ key, sentences }) => [key.replace("speeches!", ""), sentences] as const)
        .sort(([a], [b]) => (a < b ? -1 : 1));
    expect(sorted(packed)).toEqual(sorted(plain));
  });
});
