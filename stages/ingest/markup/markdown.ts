import MarkdownIt from "markdown-it";
import { type MarkupDocument, tidy } from "./document.ts";
import { splitFrontMatter } from "./front-matter.ts";
import { htmlToBlocks } from "./html.ts";

/**
 * The text of a Markdown document (CommonMark, with tables and strikethrough): a block each heading, paragraph, list
 * item and table row. Links give their text, pictures their alternative text, `code` stays, embedded HTML is read
 * as HTML. Left out: front matter and blocks of code. The title is that of the front matter, else the first heading
 * of level 1, which is no block then. Takes any text, in linear time.
 */
export function markdownToBlocks(text: string): MarkupDocument {
  const { title: given, language, body } = splitFrontMatter(text.replace(/^\ufeff/, ""));
  const tokens = parser.parse(body, {});
  const heading = tokens.findIndex(({ type, tag }) => type === "heading_open" && tag === "h1");
  let title = given;
  if (heading !== -1) {
    const [first] = htmlToBlocks(
      parser.renderer.render([tokens[heading + 1]!], parser.options, {}),
    ).blocks;
    if (first !== undefined && (title === undefined || title === first)) {
      title = first;
      tokens.splice(heading, 3);
    }
  }
  const { blocks } = htmlToBlocks(parser.renderer.render(tokens, parser.options, {}));
  return {
    ...(title !== undefined && { title }),
    ...(language !== undefined && { language }),
    blocks,
  };
}

/** Links written as bare addresses stay as they are. */
const parser = new MarkdownIt({ html: true, linkify: false, typographer: false });
parser.renderer.rules.fence = () => "";
parser.renderer.rules.code_block = () => "";
parser.renderer.rules.image = (tokens, index, options, env) =>
  parser.utils.escapeHtml(
    tidy(parser.renderer.renderInlineAsText(tokens[index]!.children ?? [], options, env)),
  );
