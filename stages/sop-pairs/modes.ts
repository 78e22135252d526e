import type { MaskingOptions } from "../../lib/examples/masking.ts";
import type { PairOptions } from "../../lib/examples/options.ts";

export type Mode = "strict" | "paper" | "google";

/** In what implementations of ALBERT's examples differ, each by itself. */
export interface Ways
  extends Pick<
      PairOptions,
      | "loneSentence"
      | "shortLengthDrawn"
      | "filling"
      | "truncation"
      | "direction"
      | "lastWindow"
      | "alikeSegments"
    >,
    Pick<MaskingOptions, "spans" | "countSpecials"> {
  readonly replaceWithSpecials: boolean;
  readonly wordStarts: "tokenizer" | "albert";
}

/**
 * `strict` is what we think right, `paper` keeps to what the paper says (arXiv 1909.11942, sections 3.1 and 4.1),
 * `google` does as google-research/albert's create_pretraining_data.py at b772393, but for its unseeded n-grams.
 */
export const MODES: Readonly<Record<Mode, Ways>> = {
  strict: {
    loneSentence: "part",
    shortLengthDrawn: "per-window",
    filling: "fitting",
    truncation: "words",
    direction: "either",
    lastWindow: "reach-back",
    alikeSegments: "unlabelled",
    spans: "within-segment",
    countSpecials: false,
    replaceWithSpecials: false,
    wordStarts: "tokenizer",
  },
  paper: {
    loneSentence: "drop",
    shortLengthDrawn: "per-window",
    filling: "overfull",
    truncation: "pieces",
    direction: "forward",
    lastWindow: "rest",
    alikeSegments: "labelled",
    spans: "within-segment",
    countSpecials: true,
    replaceWithSpecials: false,
    wordStarts: "tokenizer",
  },
  google: {
    loneSentence: "other-document",
    shortLengthDrawn: "per-document",
    filling: "overfull",
    truncation: "pieces",
    direction: "forward",
    lastWindow: "rest",
    alikeSegments: "labelled",
    spans: "across",
    countSpecials: true,
    replaceWithSpecials: true,
    wordStarts: "albert",
  },
};

/** What google-research/albert predicts at most, whatever the length (its flag's default and its README's). */
export const GOOGLES_MOST_PREDICTIONS = 20;

/** The ways of a mode, but for those that were told. */
export function ways(mode: Mode, told: { readonly [K in keyof Ways]?: Ways[K] | undefined }): Ways {
  const chosen = Object.entries(told).filter(([, way]) => way !== undefined);
  return { ...MODES[mode], ...Object.fromEntries(chosen) };
}
