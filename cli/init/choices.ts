import { EXIT, PipelineError, suggest } from "../../engine/index.ts";

export const TEXTS = ["english", "korean", "own"] as const;
export const SIZES = ["tiny", "base"] as const;

/** What a new project is to be. */
export interface Choices {
  /** Kebab-case: the pipeline's name. */
  readonly name: string;
  readonly text: (typeof TEXTS)[number];
  readonly size: (typeof SIZES)[number];
  /** Where texts of one's own are, relative to the project. */
  readonly files: string;
}

export const FILES = "texts/**/*.txt";

/** What each choice means, as it is asked and told. */
export const MEANINGS: Readonly<Record<string, string>> = {
  english: "the State of the Union addresses, 10.7 MB of English from an npm package",
  korean: "your own Korean text, with a small sample to begin with",
  own: "your own text, in any language",
  tiny: "0.8 million parameters: minutes on two cores",
  base: "ALBERT-base, 12 million parameters: a day or more on a GPU",
};

/** One of the values that there are. Throws a PipelineError (exit 2) with the nearest. */
export function choose<T extends string>(option: string, value: string, known: readonly T[]): T {
  const found = known.find((each) => each === value);
  if (found !== undefined) return found;
  throw new PipelineError(`${option} is not one that there is`, {
    expected: known.join(", "),
    got: value,
    hint: suggest(value, known),
    exitCode: EXIT.usage,
  });
}

/** A folder's name as a pipeline's: kebab-case, beginning with a letter. */
export function pipelineName(folder: string): string {
  const words = folder.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  const name = words.join("-").replace(/^[^a-z]+/, "");
  return name === "" ? "my-albert" : name;
}
