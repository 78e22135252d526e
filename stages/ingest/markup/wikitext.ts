import { tidy } from "./document.ts";
import { closeGaps } from "./wikitext-gaps.ts";
import { GAP, revealed } from "./wikitext-marks.ts";
import { type ScanRules, WikitextScanner } from "./wikitext-scanner.ts";
import { expandTemplate } from "./wikitext-templates.ts";

/** What of a page is text. */
export interface WikitextOptions {
  /** Headings of the sections to leave out with all that is below them, in lower case. */
  readonly sections: ReadonlySet<string>;
  /** Keeps headings, each a block. */
  readonly headings: boolean;
  /** Prefixes of links that are no text (files, categories), in lower case. */
  readonly prefixes: ReadonlySet<string>;
}

/** A page's text. */
export interface WikitextPage {
  /** One line each, none empty. */
  readonly blocks: readonly string[];
  /** The page tells apart what has the same name, and is a list of links. */
  readonly disambiguation: boolean;
}

/**
 * The running text of a page: a block each paragraph and list item. The scanner settles the structure, wtf_wikipedia
 * expands templates. Left out: tables, infoboxes, references, formulas, galleries,
 * files, categories, and templates that the library does not know.
 */
export function wikitextToBlocks(wikitext: string, options: WikitextOptions): WikitextPage {
  let disambiguation = /__DISAMBIG__/.test(wikitext);
  const rules: ScanRules = {
    expand(name, template) {
      disambiguation ||= isDisambiguation(name);
      return template === "" ? undefined : expandTemplate(name, template);
    },
    dropsPrefix: (prefix) => options.prefixes.has(prefix) || isOtherLanguage(prefix),
  };
  const marked = markedBlocks(new WikitextScanner(wikitext, rules).lines(), options);
  const blocks = marked.map((block) => tidy(revealed(closeGaps(block))));
  return { blocks: blocks.filter((block) => block !== ""), disambiguation };
}

function isDisambiguation(template: string): boolean {
  return DISAMBIGUATION.test(template) && !template.includes("needed");
}

/** English, Korean, Japanese, Chinese, German, French, Spanish, Portuguese, Italian, Russian Wikipedia's templates. */
const DISAMBIGUATION =
  /disambig|^dab$|^hndis|^geodis|동음이의|동명이인|曖昧さ回避|^aimai$|消歧[义義]|^begriffsklärung|^homonymie|^desambigua|^disambigua|многозначность|^неоднозначность/;

/** A link such as [[en:Seoul]] is in no text; it lists the page's siblings. */
function isOtherLanguage(prefix: string): boolean {
  return (
    (/^[a-z]{2,3}$/.test(prefix) && !NO_LANGUAGE.has(prefix)) ||
    /^(?:simple|zh-[a-z-]+|be-[a-z-]+|roa-[a-z-]+|map-bms|nds-nl|bat-smg|fiu-vro|cbk-zam|ceb)$/.test(
      prefix,
    )
  );
}

const NO_LANGUAGE: ReadonlySet<string> = new Set(["mw", "wmf", "doi", "rfc", "tw", "svn", "hdl"]);

/** Lines put together to paragraphs, with sections left out. */
function markedBlocks(lines: readonly string[], options: WikitextOptions): string[] {
  const blocks: string[] = [];
  let open: string[] = [];
  let left = 0;
  const end = () => {
    if (open.length > 0) blocks.push(open.join(" "));
    open = [];
  };
  for (const raw of lines) {
    const line = raw.trim();
    const heading = headingOf(line);
    if (heading !== undefined) {
      end();
      if (left > 0 && heading.level > left) continue;
      const name = tidy(revealed(heading.text.replaceAll(GAP, "")));
      left = options.sections.has(name.toLowerCase()) ? heading.level : 0;
      if (left === 0 && options.headings) blocks.push(heading.text);
    } else if (left > 0) continue;
    else if (line === "") end();
    // Rows of tables whose beginning is missing.
    else if (/^(?:[|!]|\{\|)/.test(line)) end();
    else if (/^[*#:;]/.test(line) || /^-{4}/.test(line)) {
      end();
      blocks.push(line.replace(/^(?:[*#:;]+|-{4,})\s*/, ""));
    } else open.push(line);
  }
  end();
  return blocks;
}

function headingOf(line: string): { level: number; text: string } | undefined {
  if (!line.startsWith("=")) return undefined;
  const bare = line.replaceAll(GAP, "").trim();
  const level = Math.min(/^=*/.exec(bare)![0].length, /(?<!=)=*$/.exec(bare)![0].length, 6);
  if (level === 0 || bare.length < 2 * level + 1) return undefined;
  return { level, text: bare.slice(level, -level).trim() };
}
