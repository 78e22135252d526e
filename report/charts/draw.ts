import { type PlotOptions, plot } from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { displayWidth } from "../../lib/width.ts";

/** Plot makes its elements in a document; this one holds nothing else. */
const { document } = parseHTML("<!doctype html><html><body></body></html>");

interface DrawnElement {
  readonly outerHTML: string;
  querySelectorAll(selector: string): Iterable<DrawnElement>;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  remove(): void;
}

/** What is drawn by Plot, as the text of one SVG element. */
export interface Drawing {
  readonly svg: string;
}

/**
 * Draws a chart that takes its colours from the page. `label` says what is to be seen, for those who hear the page;
 * what stands inside is then of no further use to them.
 */
export function draw(label: string, options: PlotOptions): Drawing {
  const drawn = plot({
    document: document as unknown as Document,
    // Narrow, so that its words can still be read on a phone, where it is scaled to the screen.
    width: 440,
    marginLeft: 46,
    // For a line of ticks and one of what they are.
    marginBottom: 38,
    ...options,
  });
  // By what it is: this package's types know no browser.
  const svg = drawn as unknown as DrawnElement;
  // The page forbids styles that are not its own; the few that Plot brings stand in its style sheet.
  for (const style of svg.querySelectorAll("style")) style.remove();
  for (const element of svg.querySelectorAll("[aria-label], [style]")) {
    element.removeAttribute("aria-label");
    element.removeAttribute("style");
  }
  svg.removeAttribute("style");
  svg.setAttribute("font-size", "11.5");
  svg.setAttribute("class", "plot");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", label);
  return { svg: svg.outerHTML };
}

/** Colours of the page's style sheet: of what is ours, what is compared to, and of what is neither. */
export const INK = {
  ours: "var(--ours)",
  other: "var(--other)",
  third: "var(--third)",
  faint: "var(--faint)",
  text: "var(--text)",
} as const;

/** Longer labels of rows are cut: all but a few columns of a chart are for the data. */
export const MOST_LETTERS = 26;
/** Mean width of a letter, in pixels. */
const LETTER = 6.3;

/** What a chart's rows leave for their labels, in pixels. */
export function labelWidth(labels: readonly string[]): number {
  return 16 + LETTER * Math.min(MOST_LETTERS, Math.max(...labels.map(displayWidth)));
}
