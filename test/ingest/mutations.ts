import { readFileSync } from "node:fs";
import fc from "fast-check";
import type { z } from "zod";
import { PipelineError } from "../../engine/index.ts";
import {
  bertFormat,
  csv,
  html,
  jsonl,
  markdown,
  parquet,
  text,
  wikipedia,
} from "../../stages/ingest/index.ts";
import type { sourceSchema } from "../../stages/ingest/sources.ts";
import { folderWith, ingested } from "./ingested.ts";

type GivenSource = z.input<typeof sourceSchema>;

/** What a reader reads well before it is damaged, and the source that says how. */
export interface Fuzzed {
  readonly name: string;
  readonly file: string;
  readonly content: Uint8Array;
  /** How much longer a reading takes than others do: what breaks a thread is read in a new one. */
  readonly cost: number;
  source(cwd: string): GivenSource;
}

const PARAGRAPHS = `The first paragraph. It has “quotes”, é and 한국어.
It goes on here.

Second one? Yes!\t한 문장입니다. 다음.

漢字かな。次。
`;

const ROWS = 'id,text,lang\r\n1,"One, ""two"".\nMore.",en\r\n2,plain,ko\r\n3,"",\r\n';

const OBJECTS = [
  { id: "a", text: PARAGRAPHS, title: "T", meta: { lang: "en" } },
  { id: 2, text: "짧다.", title: null, meta: { lang: "ko" } },
  { id: "c", text: 'x \\ " \u0000 \ud83d', meta: {} },
]
  .map((object) => `${JSON.stringify(object)}\n`)
  .join("");

const PAGE = `<!doctype html><html lang="en"><head><title>A &amp; B</title><style>p{}</style></head>
<body><nav>no</nav><h1>Head</h1><p>One <b>two</b><br>three &eacute; &#x1F600;</p><ul><li>x<li>y</ul>
<table><tr><td>1</td></tr></table><pre>a\n b</pre><script>if (a < b) {}</script><!-- c --></body></html>`;

const MARKDOWN = `---
title: Front
---
# Head

Some *emphasis*, \`code\`, [a link](http://x.y "t") and <b>html</b>.

- one
- two

| a | b |
|---|---|
| 1 | 2 |

\`\`\`js
const x = 1;
\`\`\`
`;

const DUMP = `<mediawiki xml:lang="en"><siteinfo><sitename>W</sitename></siteinfo>
<page><title>Cat &amp; dog</title><ns>0</ns><id>12</id><revision><id>9</id><text bytes="9" xml:space="preserve">A '''cat''' is {{convert|3|km}} an [[animal|beast]].&lt;ref>x&lt;/ref>

== See also ==
* [[Dog]]
{| class="wikitable"
| a || b
|}</text></revision></page>
<page><title>R</title><ns>0</ns><id>13</id><redirect title="Cat"/><revision><text>#REDIRECT [[Cat]]</text></revision></page>
</mediawiki>`;

/** Every reader, some of them with more than one encoding. */
export const FUZZED: readonly Fuzzed[] = [
  {
    name: "text",
    file: "a.txt",
    content: Buffer.from(PARAGRAPHS),
    cost: 1,
    source: (cwd) => text({ cwd, files: "a.txt", document: "blank-line" }),
  },
  {
    name: "text of any encoding",
    file: "a.txt",
    content: Buffer.from(PARAGRAPHS),
    cost: 1,
    source: (cwd) => text({ cwd, files: "a.txt", encoding: "auto" }),
  },
  {
    name: "text in UTF-16",
    file: "a.txt",
    content: Buffer.from(`\ufeff${PARAGRAPHS}😀`, "utf16le"),
    cost: 1,
    source: (cwd) => text({ cwd, files: "a.txt" }),
  },
  {
    name: "BERT's format",
    file: "a.txt",
    content: Buffer.from(PARAGRAPHS),
    cost: 1,
    source: (cwd) => bertFormat({ cwd, files: "a.txt", encoding: "latin1" }),
  },
  {
    name: "JSON lines",
    file: "a.jsonl",
    content: Buffer.from(OBJECTS),
    cost: 1,
    source: (cwd) =>
      jsonl({
        cwd,
        files: "a.jsonl",
        textField: "text",
        keyField: "id",
        titleField: "title",
        languageField: "meta.lang",
        maxRejected: 0.9,
      }),
  },
  {
    name: "CSV",
    file: "a.csv",
    content: Buffer.from(ROWS),
    cost: 1,
    source: (cwd) =>
      csv({ cwd, files: "a.csv", textColumns: ["text", 2], keyColumn: 0, maxRejected: 2 }),
  },
  {
    name: "TSV",
    file: "a.tsv",
    content: Buffer.from(ROWS.replaceAll(",", "\t")),
    cost: 1,
    source: (cwd) => csv({ cwd, files: "a.tsv", header: false, textColumns: 1, maxRejected: 0.99 }),
  },
  ...["zstd", "snappy", "none"].map(
    (compression): Fuzzed => ({
      name: `Parquet, ${compression}`,
      file: "a.parquet",
      content: readFileSync(
        new URL(`../gold/parquet/pyarrow-${compression}.parquet`, import.meta.url),
      ),
      cost: 20,
      source: (cwd) =>
        parquet({
          cwd,
          files: "a.parquet",
          textColumns: ["text", "article.body"],
          keyColumn: "id",
          languageColumn: "article.meta.lang",
          maxRejected: 0.99,
        }),
    }),
  ),
  {
    name: "HTML",
    file: "a.html",
    content: Buffer.from(PAGE),
    cost: 1,
    source: (cwd) => html({ cwd, files: "a.html", encoding: "auto" }),
  },
  {
    name: "Markdown",
    file: "a.md",
    content: Buffer.from(MARKDOWN),
    cost: 1,
    source: (cwd) => markdown({ cwd, files: "a.md", encoding: "auto" }),
  },
  {
    name: "a wiki's dump",
    file: "a.xml",
    content: Buffer.from(DUMP),
    cost: 1,
    source: (cwd) => wikipedia({ cwd, files: "a.xml", redirects: true, maxRejected: 0.99 }),
  },
];

/** One change: at a share of the length, of a kind, with bytes to put there. */
const mutation = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.integer({ min: 1, max: 40 }),
  kind: fc.constantFrom("flip", "overwrite", "insert", "delete", "cut", "repeat"),
  bytes: fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 8 }),
    fc
      .constantFrom("\0", "\n", "\r", '"', ",", "\t", "<", ">", "{", "}", "[[", "]]", "\\u")
      .map((text) => Uint8Array.from(Buffer.from(text))),
    fc
      .constantFrom([0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe9], [0xff, 0xff, 0xff, 0x7f])
      .map((bytes) => Uint8Array.from(bytes)),
  ),
});

export const mutations = fc.array(mutation, { minLength: 1, maxLength: 4 });
export type Mutations = typeof mutations extends fc.Arbitrary<infer T> ? T : never;

/** The content after all changes, one after another. */
export function mutated(content: Uint8Array, changes: Mutations): Uint8Array {
  let bytes = Buffer.from(content);
  for (const { at, length, kind, bytes: put } of changes) {
    const from = Math.min(Math.floor(at * bytes.length), Math.max(0, bytes.length - 1));
    const head = bytes.subarray(0, from);
    const tail = bytes.subarray(from);
    if (kind === "cut") bytes = Buffer.from(head);
    else if (kind === "delete") bytes = Buffer.concat([head, tail.subarray(length)]);
    else if (kind === "insert") bytes = Buffer.concat([head, put, tail]);
    else if (kind === "overwrite") bytes = Buffer.concat([head, put, tail.subarray(put.length)]);
    else if (kind === "repeat") bytes = Buffer.concat([head, tail.subarray(0, length), tail]);
    else
      bytes = Buffer.concat(
        [head, [(tail[0] ?? 0) ^ put[0]!], tail.subarray(1)].map((part) => Buffer.from(part)),
      );
  }
  return bytes;
}

/** How long one reading may take, ms: far more than any needs, far less than a hang. */
const LONGEST = 20_000;

/** Reads damaged content: documents that are whole or a PipelineError must come of it, before long. */
export async function readDamaged({ file, source }: Fuzzed, content: Uint8Array): Promise<void> {
  using folder = folderWith({ [file]: content });
  const started = performance.now();
  try {
    const { documents } = await ingested({ sources: [source(folder.path)] });
    for (const { key, language, sentences, paragraphStarts, repeats } of documents) {
      const whole =
        key !== "" &&
        language !== "" &&
        repeats === 1 &&
        sentences.length > 0 &&
        sentences.every((sentence) => sentence.trim() === sentence && sentence !== "") &&
        paragraphStarts[0] === 0 &&
        paragraphStarts.every((start, index) => start > (paragraphStarts[index - 1] ?? -1));
      if (!whole) throw new Error(`document ${key} is not whole: ${JSON.stringify(sentences)}`);
    }
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    if (error.details.where === undefined) throw new Error("an error says nothing of where");
  }
  const took = performance.now() - started;
  if (took > LONGEST) throw new Error(`reading took ${took} ms`);
}
