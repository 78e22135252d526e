import { suggest } from "../../engine/index.ts";
import { CARDS, type Card, cardNamed } from "../../stages/train/estimate/cards.ts";
import { usage } from "../arguments.ts";

const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  k: 1e3,
  m: 1e6,
  g: 1e9,
  t: 1e12,
  ki: 2 ** 10,
  mi: 2 ** 20,
  gi: 2 ** 30,
  ti: 2 ** 40,
};

/** Bytes from words such as `12GB`, `11.5 GiB` or `800M`. Throws a PipelineError (exit 2) for others. */
export function parseBytes(option: string, words: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)\s*([kmgt]?i?)b?$/i.exec(words.trim()) ?? [];
  const scale = unit === undefined ? undefined : UNITS[unit.toLowerCase()];
  const bytes = Number(number) * (scale ?? Number.NaN);
  if (Number.isFinite(bytes) && bytes > 0) return bytes;
  throw usage(`${option} is not a size`, { expected: "such as 12GB or 11.5GiB", got: words });
}

/** The card of a name. Throws a PipelineError (exit 2) that names those that are known. */
export function parseCard(words: string): Card {
  const found = cardNamed(words);
  if (found !== undefined) return found;
  const names = CARDS.map(({ name }) => name);
  throw usage("--card names none that is known", {
    expected: "a card whose speed is known; of another give the memory alone: --memory 12GB",
    got: words,
    hint: suggest(words, names),
  });
}
