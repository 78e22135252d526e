import type { Row } from "../../../engine/index.ts";
import type { SopPairsParams } from "../params.ts";
import type { audit } from "../tables.ts";
import type { Totals } from "./totals.ts";

export type AuditRow = Row<(typeof audit)["columns"]>;

/** A false alarm of one gate in 150,000 runs. */
const DEVIATIONS = 4.5;

type Bounds = { readonly low?: number; readonly high?: number };

/** A row of the audit; a measure of nothing keeps any bounds. */
export function auditRow(
  measure: string,
  split: string,
  value: number,
  of: number,
  about: string,
  { low, high }: Bounds = {},
): AuditRow {
  const held = of === 0 || (value >= (low ?? value) && value <= (high ?? value));
  const told = low === undefined && high === undefined;
  return {
    measure,
    split,
    value: of === 0 ? 0 : value,
    low: low ?? null,
    high: high ?? null,
    verdict: told ? "told" : held ? "passed" : "failed",
    of,
    about,
  };
}

/** The interval of a share of `of` independent draws. */
export function binomial(share: number, of: number): Bounds {
  const reach = DEVIATIONS * Math.sqrt((share * (1 - share)) / Math.max(1, of));
  return { low: Math.max(0, share - reach), high: Math.min(1, share + reach) };
}

/** At most a share, as far as so few can tell. */
export function atMost(share: number, of: number): Bounds {
  return { high: binomial(share, of).high! };
}

const NONE: Bounds = { high: 0 };

/** What pairs are: their text, their order, their windows. */
export function pairRows(totals: Totals, split: string, params: SopPairsParams): AuditRow[] {
  const count = (measure: Parameters<Totals["of"]>[0]) => totals.of(measure, split);
  const examples = count("examples");
  const labelled = count("labelled");
  const counted = (measure: Parameters<Totals["of"]>[0], about: string, bounds: Bounds) =>
    auditRow(measure, split, count(measure), examples, about, bounds);
  const share = (
    measure: string,
    part: number,
    whole: number,
    about: string,
    bounds: Bounds = {},
  ) => auditRow(measure, split, part / whole, whole, about, bounds);
  const { objective, shortSeqProb, maxSeqLength, loneSentence } = params;
  const shortest = shortSeqProb * (1 - 1 / (maxSeqLength - 4));
  const shortKnown = params.shortLengthDrawn === "per-window" && loneSentence === "part";
  return [
    auditRow("examples", split, examples, examples, "examples made"),
    counted("wrong text", "examples with pieces that are not their sentences'", NONE),
    share(
      "cross-document",
      count("cross-document"),
      examples,
      "pairs of two documents",
      objective === "nsp" ? {} : NONE,
    ),
    counted("same place", "pairs whose segments overlap in their document (A = A)", NONE),
    counted("alike", "labelled pairs that read the same in either order", NONE),
    counted("wrong label", "labels that contradict where the segments are from", NONE),
    share("labelled", labelled, examples, "examples with an order to tell"),
    ...(objective === "none"
      ? []
      : [
          share(
            "swapped",
            count("swapped"),
            labelled,
            objective === "sop"
              ? "of those labelled, in swapped order"
              : "of those labelled, B is from elsewhere",
            binomial(0.5, labelled),
          ),
        ]),
    share(
      "fill",
      count("pieces"),
      examples * maxSeqLength,
      "of all places in windows, those filled",
    ),
    share(
      "inner fill",
      count("inner pieces"),
      count("inner windows") * maxSeqLength,
      "the same of windows that are neither short by draw nor a document's last",
      params.filling === "fitting" ? { low: params.auditLimits.fill } : {},
    ),
    share(
      "attainable fill",
      count("wide pieces"),
      count("attainable pieces"),
      "the same of windows that are not short by draw, where a document shorter than one fills it",
      params.filling === "fitting" && params.lastWindow === "reach-back"
        ? { low: params.auditLimits.fill }
        : {},
    ),
    share(
      "short windows",
      count("short windows"),
      examples,
      "windows for which a short length was drawn",
      shortKnown ? binomial(shortest, examples) : {},
    ),
    ...repeatRows(totals, split, params),
    ...coverageRows(totals, split, params),
  ];
}

function repeatRows(totals: Totals, split: string, { auditLimits }: SopPairsParams): AuditRow[] {
  const examples = totals.hashes("example", split).repeats();
  const texts = totals.hashes("text", split).repeats();
  return [
    auditRow(
      "duplicates",
      split,
      examples.repeated / examples.of,
      examples.of,
      "examples equal to another one, masks and all",
      atMost(auditLimits.duplicates, examples.of),
    ),
    auditRow(
      "repeated text",
      split,
      texts.repeated / texts.of,
      texts.of,
      "of one pass, examples of the same text as another one",
    ),
  ];
}

function coverageRows(totals: Totals, split: string, { loneSentence }: SopPairsParams): AuditRow[] {
  const count = (measure: Parameters<Totals["of"]>[0]) => totals.of(measure, split);
  const [documents, sentences, pieces] = [
    count("documents"),
    count("sentences"),
    count("document pieces"),
  ];
  const all = loneSentence === "drop" ? {} : { low: 1 };
  return [
    auditRow(
      "unused documents",
      split,
      count("unused documents") / documents,
      documents,
      "documents too short for an example",
    ),
    auditRow(
      "seen sentences",
      split,
      count("seen sentences") / sentences,
      sentences,
      "sentences of the others that the first pass has in an example, whole or in part",
      all,
    ),
    auditRow(
      "seen pieces",
      split,
      count("seen pieces") / pieces,
      pieces,
      "pieces of the others that the first pass has in an example",
    ),
  ];
}

/** What masks are: how much, what for, and whether words are whole. */
export function maskRows(totals: Totals, split: string, params: SopPairsParams): AuditRow[] {
  const count = (measure: Parameters<Totals["of"]>[0]) => totals.of(measure, split);
  const [predicted, countable] = [count("predicted"), count("countable pieces")];
  const own = 0.1 / (totals.valueOf("replacements") ?? 1);
  const wanted = count("wanted") / countable;
  const replaced = predicted - count("masked") - count("kept");
  const share = (measure: string, part: number, expected: number, about: string) =>
    auditRow(measure, split, part / predicted, predicted, about, binomial(expected, predicted));
  const special = params.replaceWithSpecials ? {} : NONE;
  return [
    auditRow(
      "masked share",
      split,
      predicted / countable,
      countable,
      `pieces to predict; ${params.maskedLmProb} was asked for, ${wanted.toFixed(4)} is what fits`,
      { low: 0.9 * wanted, high: wanted },
    ),
    share("as [MASK]", count("masked"), 0.8, "of those to predict, fed as [MASK]"),
    share("as itself", count("kept"), 0.1 + own, "of those to predict, fed as they are"),
    share("as another", replaced, 0.1 - own, "of those to predict, fed as a random piece"),
    auditRow(
      "special predicted",
      split,
      count("special predicted"),
      predicted,
      "[CLS] or [SEP] to predict",
      NONE,
    ),
    auditRow(
      "special replacements",
      split,
      count("special replacements"),
      predicted,
      "random pieces that are special ones",
      special,
    ),
    auditRow(
      "words in part",
      split,
      count("words in part") / count("predicted words"),
      count("predicted words"),
      "words with a piece to predict that are not predicted whole",
      params.wholeWord ? atMost(params.auditLimits.wordsInPart, count("predicted words")) : {},
    ),
  ];
}

/** How long spans are: as drawn, where there was room for the longest, and as masked. */
export function spanRows(totals: Totals, shares: readonly number[]): AuditRow[] {
  const counts = (measure: "drawn spans" | "masked spans") =>
    shares.map((_, at) => totals.of(measure, "all", at + 1));
  const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
  const [drawn, masked] = [counts("drawn spans"), counts("masked spans")];
  return shares.flatMap((share, at) => {
    const words = `${at + 1} ${at === 0 ? "word" : "words"}`;
    return [
      auditRow(
        `spans of ${words}, drawn`,
        "all",
        drawn[at]! / sum(drawn),
        sum(drawn),
        "where there was room for the longest",
        binomial(share, sum(drawn)),
      ),
      auditRow(
        `spans of ${words}, masked`,
        "all",
        masked[at]! / sum(masked),
        sum(masked),
        "what fitted: long spans meet masked words and the budget's end more often",
      ),
    ];
  });
}
