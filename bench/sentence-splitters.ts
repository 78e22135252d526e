import { createRequire } from "node:module";

/** Something that splits a paragraph into sentences, which hold all its characters but for white space. */
export interface Splitter {
  readonly name: string;
  split(paragraph: string, language: string): readonly string[];
}

/** A package as it is loaded; each one's functions are asked for by name. */
// biome-ignore lint/suspicious/noExplicitAny: these packages are not among our dependencies
type Loaded = any;

type Split = Splitter["split"];

/** How each package on npm splits; without a language option it splits all alike. */
const PACKAGES: Readonly<Record<string, (module: Loaded) => Split>> = {
  sbd: (module) => (text) => module.default.sentences(text),
  "sentence-splitter": (module) => (text) =>
    module
      .split(text)
      .filter(({ type }: { type: string }) => type === "Sentence")
      .map(({ raw }: { raw: string }) => raw),
  "cldr-segmentation": (module) => (text, language) =>
    module.sentenceSplit(text, module.suppressions[language] ?? module.suppressions.en),
  sentencex: (module) => (text, language) => module.segment(language, text),
  compromise: (module) => (text) => module.default(text).sentences().out("array"),
  "wink-nlp-utils": (module) => (text) => module.default.string.sentences(text),
};

/** `Intl.Segmenter` and whichever of the packages are installed; says how to install the others. */
export async function splitters(): Promise<Splitter[]> {
  const found: Splitter[] = [{ name: "Intl.Segmenter", split: intl }];
  const missing: string[] = [];
  const { resolve } = createRequire(import.meta.url);
  for (const [name, splitOf] of Object.entries(PACKAGES)) {
    try {
      resolve(name);
    } catch {
      missing.push(name);
      continue;
    }
    found.push({ name, split: splitOf(await import(name)) });
  }
  if (missing.length > 0)
    console.log(`not measured; npm install --no-save ${missing.join(" ")} lets them be`);
  return found;
}

const segmenters = new Map<string, Intl.Segmenter>();

function intl(text: string, language: string): string[] {
  let segmenter = segmenters.get(language);
  if (segmenter === undefined) {
    segmenter = new Intl.Segmenter(language, { granularity: "sentence" });
    segmenters.set(language, segmenter);
  }
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}
