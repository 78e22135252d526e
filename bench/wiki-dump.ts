import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { escapeText } from "entities";
import { RandomStream } from "../lib/random.ts";

const ARTICLES = resolve(
  import.meta.dirname,
  "../../shared/data/corpora/wikitext-2/wiki.valid.raw",
);
const PARAGRAPHS = 30;

/** A dump written for measuring. */
export interface WrittenDump {
  readonly bytes: number;
  readonly pages: number;
}

/**
 * Writes a dump of about `megabytes`: pages of paragraphs drawn from Wikipedia articles, marked up again as articles
 * are, with an infobox, links, references, templates, a table, a gallery and categories. About half of a page is
 * text, as in the English Wikipedia. Undefined where the articles are not there.
 */
export async function writeWikiDump(
  file: string,
  megabytes: number,
): Promise<WrittenDump | undefined> {
  if (!existsSync(ARTICLES)) return undefined;
  const paragraphs = paragraphsOf(await readFile(ARTICLES, "utf8"));
  const random = new RandomStream(1, "wiki-dump");
  const parts = [HEAD];
  let bytes = 0;
  let pages = 0;
  while (bytes < megabytes * 1e6) {
    const page = pageOf(++pages, paragraphs, random);
    bytes += Buffer.byteLength(page);
    parts.push(page);
  }
  parts.push("</mediawiki>\n");
  await writeFile(file, parts);
  return { bytes, pages };
}

const HEAD = `<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="en">
  <siteinfo>
    <sitename>Wikipedia</sitename>
    <namespaces>
      <namespace key="0" case="first-letter" />
      <namespace key="6" case="first-letter">File</namespace>
      <namespace key="14" case="first-letter">Category</namespace>
    </namespaces>
  </siteinfo>
`;

/** The articles' paragraphs as they were before they were split into tokens. */
function paragraphsOf(articles: string): readonly string[] {
  return articles
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("="))
    .map((line) =>
      line
        .replace(/ @(.)@ /g, "$1")
        .replace(/ ([.,;:!?)\]%]|'s\b)/g, "$1")
        .replace(/([([$]) /g, "$1"),
    );
}

function pageOf(number: number, paragraphs: readonly string[], random: RandomStream): string {
  const drawn = Array.from(
    { length: 2 + random.below(PARAGRAPHS) },
    () => paragraphs[random.below(paragraphs.length)]!,
  );
  const sections = drawn.map((paragraph, index) => {
    const heading = index % 4 === 3 ? `\n== Section ${index} ==\n{{Main|Article ${index}}}\n` : "";
    return heading + markedUp(paragraph, random);
  });
  const text = `{{Short description|Article ${number}}}
{{Infobox person
| name = Name ${number}
| image = Picture ${number}.jpg
| caption = A [[picture]] of {{nowrap|number ${number}}}
| birth_date = {{birth date and age|19${number % 90}|1|2}}
}}
'''Article ${number}''' ({{lang|fr|Article ${number}}}, {{circa|1${number % 900}}}) is one of many.
${sections.join("\n\n")}

{| class="wikitable"
! Year !! Title
${Array.from({ length: 8 }, (_, row) => `|-\n| ${1990 + row} || ''[[Title ${row}]]'' {{sfn|Smith|${row}}}`).join("\n")}
|}
<gallery>
File:Picture ${number}.jpg|The [[picture]]
</gallery>
== References ==
{{reflist}}
== External links ==
* [http://example.com/${number} Site]
{{Navbox|list1=[[A]] {{·}} [[B]]}}
[[Category:Articles]]
[[Category:Number ${number}|*]]`;
  return `  <page>
    <title>Article ${number}</title>
    <ns>0</ns>
    <id>${number}</id>
    <revision>
      <id>${number}</id>
      <timestamp>2020-01-01T00:00:00Z</timestamp>
      <contributor>
        <username>Someone</username>
        <id>7</id>
      </contributor>
      <model>wikitext</model>
      <format>text/x-wiki</format>
      <text bytes="${text.length}" xml:space="preserve">${escapeText(text)}</text>
      <sha1>0</sha1>
    </revision>
  </page>
`;
}

/** Links for names, references after sentences, and now and then a template. */
function markedUp(paragraph: string, random: RandomStream): string {
  return paragraph
    .replace(/\b([A-Z]\w+ [A-Z]\w+)\b/g, "[[$1]]")
    .replace(/\b(\w{6,}) (of|and|the) /g, (all, word, next) =>
      random.below(4) === 0 ? `[[${word} (topic)|${word}]] ${next} ` : all,
    )
    .replace(/\b(\d+) (metres|km|feet|miles|kg)\b/g, "{{convert|$1|$2|abbr=on}}")
    .replace(/\. (?=[A-Z])/g, () => `.${reference(random.below(1000))} `);
}

function reference(number: number): string {
  if (number % 3 === 0) return "";
  if (number % 3 === 1) return `<ref name="r${number}" />`;
  return `<ref name="r${number}">{{cite book |last=Smith |first=John |title=A book of [[things]] |year=19${number % 100} |isbn=978-0-${number} |publisher=Foo & Bar |page=${number}}}</ref>`;
}
