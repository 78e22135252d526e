import type { WikiDumpOptions, WikiPage } from "../../../stages/ingest/markup/wiki.ts";
import { readWikiDump } from "../../../stages/ingest/markup/wiki.ts";

export interface Page {
  readonly title: string;
  readonly text: string;
  readonly id?: string;
  readonly ns?: number;
  readonly redirect?: string;
  readonly model?: string;
}

const escaped = (text: string) =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");

/** A dump as MediaWiki writes it (schema 0.11), each page on lines of its own. */
export function dumpOf(pages: readonly Page[], language = "en"): string {
  const written = pages.map(
    ({ title, text, id, ns = 0, redirect, model = "wikitext" }, index) => `  <page>
    <title>${escaped(title)}</title>
    <ns>${ns}</ns>
    <id>${id ?? index + 1}</id>${redirect === undefined ? "" : `\n    <redirect title="${escaped(redirect)}" />`}
    <revision>
      <id>${1000 + index}</id>
      <timestamp>2020-01-01T00:00:00Z</timestamp>
      <contributor>
        <username>Someone</username>
        <id>7</id>
      </contributor>
      <comment>a &lt;comment&gt;</comment>
      <origin>1</origin>
      <model>${model}</model>
      <format>text/x-wiki</format>
      <text bytes="${Buffer.byteLength(text)}" sha1="x" xml:space="preserve">${escaped(text)}</text>
      <sha1>x</sha1>
    </revision>
  </page>\n`,
  );
  return `<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="${language}">
  <siteinfo>
    <sitename>Wikipedia</sitename>
    <namespaces>
      <namespace key="-2" case="first-letter">Media</namespace>
      <namespace key="0" case="first-letter" />
      <namespace key="6" case="first-letter">${language === "ko" ? "파일" : "File"}</namespace>
      <namespace key="14" case="first-letter">${language === "de" ? "Kategorie" : "Category"}</namespace>
    </namespaces>
  </siteinfo>
${written.join("")}</mediawiki>\n`;
}

/** The bytes of a dump, cut at these places. */
export async function* piecesOf(
  bytes: Uint8Array,
  cuts: readonly number[],
): AsyncGenerator<Uint8Array> {
  let start = 0;
  for (const cut of [...cuts, bytes.length]) {
    if (cut > start) yield bytes.subarray(start, cut);
    start = Math.max(start, cut);
  }
}

export interface Read {
  readonly pages: readonly WikiPage[];
  readonly rejected: readonly (readonly [line: number, reason: string, excerpt: string])[];
  readonly error: unknown;
}

/** Reads a dump to its end, or to what is wrong with it. */
export async function readDump(
  dump: string | Uint8Array,
  options: Partial<WikiDumpOptions> = {},
  cuts: readonly number[] = [],
): Promise<Read> {
  const pages: WikiPage[] = [];
  const rejected: [number, string, string][] = [];
  const bytes = typeof dump === "string" ? new TextEncoder().encode(dump) : dump;
  try {
    const read = readWikiDump(piecesOf(bytes, cuts), {
      where: "wiki.xml",
      threads: 1,
      namespaces: [0],
      redirects: false,
      reject: (...row) => rejected.push(row),
      ...options,
    });
    for await (const some of read) pages.push(...some);
    return { pages, rejected, error: undefined };
  } catch (error) {
    return { pages, rejected, error };
  }
}
