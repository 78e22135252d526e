/** Elements by what they mean for text: https://html.spec.whatwg.org/multipage/rendering.html, those that are blocks. */
export const BLOCKS: ReadonlySet<string> = new Set(
  (
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure " +
    "footer form frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li listing main menu nav ol optgroup p " +
    "plaintext pre search section summary table tbody tfoot thead title tr ul xmp"
  ).split(" "),
);

/** Their lines are kept apart. */
export const PREFORMATTED: ReadonlySet<string> = new Set(["pre", "listing", "xmp", "plaintext"]);

/** What is no text, or no running text: dropped with all that is in it. */
export const DROPPED: ReadonlySet<string> = new Set(
  (
    "script style template noscript svg math iframe object audio video canvas map applet noframes noembed frameset " +
    "button select textarea datalist output label legend rp rt nav aside header footer"
  ).split(" "),
);

/** Boilerplate of a page, but a part of an article that they stand in. */
export const OF_ARTICLE: ReadonlySet<string> = new Set(["header", "footer"]);

/** Dropped elements that cannot be around a page's text: it ends them where their end tag is missing. */
export const BOILERPLATE: ReadonlySet<string> = new Set(["nav", "aside", "header", "footer"]);

/** Elements without content or end tag. */
export const VOID: ReadonlySet<string> = new Set(
  "area base br col embed hr img input link meta param source track wbr".split(" "),
);

/** Elements whose end tag may be left out, and what ends them then: the start of one of these beside them. */
export const ENDED_BY: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["p", BLOCKS],
  ["li", new Set(["li"])],
  ["dt", new Set(["dt", "dd"])],
  ["dd", new Set(["dt", "dd"])],
  ["td", new Set(["td", "th", "tr", "tbody", "tfoot"])],
  ["th", new Set(["td", "th", "tr", "tbody", "tfoot"])],
  ["tr", new Set(["tr", "tbody", "tfoot"])],
  ["rt", new Set(["rt", "rp"])],
  ["rp", new Set(["rt", "rp"])],
]);

/** What holds such elements: inside one of its own kind nothing outside is ended. */
export const CONTAINERS: ReadonlySet<string> = new Set(["ul", "ol", "menu", "dl", "table", "ruby"]);
