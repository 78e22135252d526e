import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { parquet } from "../../stages/ingest/index.ts";
import { failure, folderWith, ingested } from "./ingested.ts";

/** The same rows by many writers, from parquet_gold.py. */
const GOLD = fileURLToPath(new URL("../gold/parquet", import.meta.url));
const FILES = readdirSync(GOLD);

type Options = Omit<Parameters<typeof parquet>[0], "files" | "urls">;

async function rows(file: string, options: Options, cwd = GOLD) {
  return await ingested({
    sources: [parquet({ ...options, cwd, files: file })],
    heldout: { share: 0 },
  });
}

describe("Parquet", () => {
  it("finds files of every writer", () => {
    expect(FILES).toHaveLength(13);
  });

  it.each(FILES)("reads %s", async (file) => {
    const { documents, rejected } = await rows(file, {
      textColumns: "text",
      keyColumn: "id",
      titleColumn: "a.b",
      languageColumn: "article.meta.lang",
    });
    expect(rejected).toEqual([]);
    const stem = file.replace(".parquet", "");
    expect(documents.map(({ key }) => key)).toEqual(
      Array.from({ length: 50 }, (_, number) => `${stem}#${number}`),
    );
    for (const [number, document] of documents.entries())
      expect(document).toMatchObject({
        title: `dotted ${number}`,
        language: number % 2 === 1 ? "ko" : "en",
        sentences: [`Text ${number} is é 한국어.`, "And more.", "A second paragraph."],
        paragraphStarts: [0, 2],
      });
  });

  it("reads several columns, of structs too, as paragraphs", async () => {
    const { documents } = await rows("polars.parquet", { textColumns: ["article.body", "a.b"] });
    expect(documents[7]).toMatchObject({
      sentences: ["Body 7.", "dotted 7"],
      paragraphStarts: [0, 1],
    });
    expect(documents[7]!.key).toMatch(/^polars#[0-9a-f]{12}$/);
  });

  it("puts nulls and what is no text aside, with the row's number", async () => {
    const error = await failure(rows("duckdb.parquet", { textColumns: "maybe" }));
    expect(error.message).toBe("a record cannot be used: maybe is null");
    expect(error.details.where).toMatch(/duckdb\.parquet:4$/);
    const result = await rows("duckdb.parquet", { textColumns: "maybe", maxRejected: 0.1 });
    expect(result.documents).toHaveLength(45);
    expect(result.rejected.map(({ line, reason }) => [line, reason])).toEqual(
      [4, 14, 24, 34, 44].map((line) => [line, "maybe is null"]),
    );
    expect((await failure(rows("duckdb.parquet", { textColumns: "id" }))).message).toBe(
      "a record cannot be used: id is no text",
    );
    expect((await failure(rows("polars.parquet", { textColumns: "tags" }))).message).toBe(
      "a record cannot be used: tags is no text",
    );
  });

  it("says which columns there are", async () => {
    const error = await failure(rows("pandas.parquet", { textColumns: "article.text" }));
    expect(error.message).toBe("there is no column article.text");
    expect(error.details.expected).toBe("one of id, text, article, a.b, tags, maybe, kind");
  });

  it("says that a file is cut off, is another format or is compressed as a whole", async () => {
    const whole = readFileSync(join(GOLD, "pyarrow-zstd.parquet"));
    using folder = folderWith({
      "cut.parquet": whole.subarray(0, 3000),
      "other.parquet": "id,text\n1,one\n",
      "empty.parquet": "",
      "packed.parquet.gz": gzipSync(whole),
    });
    for (const file of ["cut.parquet", "other.parquet", "empty.parquet"]) {
      const error = await failure(rows(file, { textColumns: "text" }, folder.path));
      expect(error.message).toMatch(new RegExp(`${file} cannot be read as Parquet$`));
      expect(error.details.got).toBeTruthy();
    }
    const packed = await failure(rows("packed.parquet.gz", { textColumns: "text" }, folder.path));
    expect(packed.message).toMatch(/packed\.parquet\.gz is Parquet within another file$/);
  });
});
