/** Elements of HTML, and of MediaWiki's extensions, that are left out with their content. */
export const DROPPED_TAGS: ReadonlySet<string> = new Set(
  (
    "ref references math chem ce gallery imagemap timeline hiero score graph mapframe maplink templatedata inputbox " +
    "categorytree syntaxhighlight source pre includeonly table rt rp script style svg templatestyles indicator " +
    "charinsert dynamicpagelist randomselection listing rss quiz"
  ).split(" "),
);

/** Tags that end a line, and with it a block. */
export const BLOCK_TAGS: ReadonlySet<string> = new Set(
  "p div blockquote center li ul ol dl dt dd hr h1 h2 h3 h4 h5 h6 poem caption".split(" "),
);

/** Tags that are taken away, their content being text. Anything else in angle brackets is text itself. */
export const INLINE_TAGS: ReadonlySet<string> = new Set(
  (
    "abbr b bdi bdo big cite code data del dfn em font i ins kbd mark noinclude onlyinclude q rb rbc rtc ruby s samp " +
    "section small span strike strong sub sup time translate tt tvar u var wbr languages nowiki noindex tbody td tfoot " +
    "th thead tr img"
  ).split(" "),
);
