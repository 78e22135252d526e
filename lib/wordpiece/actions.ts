import { CharClass, charClasses, DOTTED_CAPITAL_I, lowerCase } from "./chars.ts";
import { eachDecomposed, eachRecomposed, HANGUL_SYLLABLES } from "./normal-form.ts";
import type { NormaliserOptions } from "./normaliser.ts";

/** What to do with a code point, whatever stands around it. */
export const Action = {
  /** Part of a word. */
  keep: 0,
  /** Part of a word, in lower case. */
  lower: 1,
  drop: 2,
  /** Ends a word. */
  space: 3,
  /** A word by itself. */
  alone: 4,
  /** No action will do: what becomes of it, or of what it stands beside, takes the whole normaliser. */
  normalise: 5,
} as const;

type Steps = Omit<NormaliserOptions, "maxInputCharsPerWord">;

/** Tables made so far: one is over a megabyte, and a program seldom needs more than two. */
const made = new Map<string, Uint8Array>();

/** The action of every code point of text as it comes. */
export function actionsOf(options: Steps): Uint8Array {
  const { lowercase, stripAccents, handleChineseChars, cleanText, normalForm } = options;
  const key = [lowercase, stripAccents, handleChineseChars, cleanText, normalForm].join();
  const known = made.get(key);
  if (known) return known;
  const actions = makeActions(options);
  made.set(key, actions);
  return actions;
}

/** The action of every code point of text that is normalised already. */
export function normalisedActions(): Uint8Array {
  return actionsOf({
    lowercase: false,
    stripAccents: false,
    handleChineseChars: false,
    cleanText: false,
    normalForm: "none",
  });
}

function makeActions(options: Steps): Uint8Array {
  const byClass = Uint8Array.from({ length: 32 }, (_, kind) => actionOfClass(kind, options));
  const actions = new Uint8Array(charClasses.length);
  for (let code = 0; code < actions.length; code++) actions[code] = byClass[charClasses[code]!]!;
  if (options.lowercase)
    for (let code = 0; code < lowerCase.length; code++)
      if (lowerCase[code] !== code && actions[code] === Action.keep) actions[code] = Action.lower;

  const normalise = (code: number): void => {
    actions[code] = Action.normalise;
  };
  const { stripAccents, normalForm } = options;
  if (options.lowercase) normalise(DOTTED_CAPITAL_I);
  if (stripAccents || normalForm === "nfd") eachDecomposed(normalise);
  if ((stripAccents && normalForm === "none") || normalForm === "nfd")
    actions.fill(Action.normalise, HANGUL_SYLLABLES.start, HANGUL_SYLLABLES.end);
  if (normalForm === "nfc") eachRecomposed(normalise);
  return actions;
}

function actionOfClass(kind: number, options: Steps): number {
  const dropped =
    (options.cleanText ? CharClass.control : 0) | (options.stripAccents ? CharClass.mark : 0);
  const alone = CharClass.punctuation | (options.handleChineseChars ? CharClass.ideograph : 0);
  if (kind & dropped) return Action.drop;
  if (kind & CharClass.space) return Action.space;
  return kind & alone ? Action.alone : Action.keep;
}
