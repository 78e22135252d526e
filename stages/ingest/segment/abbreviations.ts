import { EUROPEAN } from "./abbreviations-european.ts";
import { OTHERS } from "./abbreviations-others.ts";

/**
 * What a full stop after an abbreviation can mean: `inside` never ends a sentence; `number` does unless a number
 * follows; `either` ends one where the next word is one that often begins sentences.
 */
export type AbbreviationKind = "inside" | "number" | "either";

/** A language's abbreviations without their last full stop, and words that often begin its sentences. */
export interface AbbreviationTable extends Readonly<Record<AbbreviationKind, string>> {
  /** With a capital; words that seldom follow an abbreviation within a sentence. */
  readonly starters: string;
  /** Whether numbers with a full stop are ordinals: "3. Oktober". */
  readonly ordinals?: boolean;
}

/** Words with a capital are abbreviations only with one, since in small letters they are words (gen, mass, sat). */
export const ENGLISH: AbbreviationTable = {
  inside: `Mr Mrs Ms Mx Messrs Mme Mmes Mlle Mlles Dr Drs Prof Rev Revd Hon Gen Lt Col Capt Cpt Cmdr Maj Sgt Cpl Pvt
    Sen Sens Rep Reps Gov Govs Pres Supt Adm Amb Atty Insp Brig Fr Mt Pfc vs viz cf i.e e.g ie eg ca approx incl`,
  number: `no nos art arts sec secs sect ch chap vol vols fig figs eq eqs p pp par para stat doc docs bk pt
    Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec`,
  either: `inc corp co cos ltd llc bros jr sr esq etc al dept univ assn assoc ave blvd rd St Sts bldg est ed eds op
    ibid mss Calif Mass Conn Penn Pa Tenn Ill Mich Minn Wis Ala Ark Fla Ga Ky La Md Miss Mo Neb Okla Tex Va Wash
    Mon Tue Tues Wed Thu Thur Thurs Fri Sat Sun ft oz lb lbs yd yds min hr hrs ph.d`,
  starters: `A About After Again All Also Although An And Another Any Are As At Because Before Between Both But By Can
    Did Do Does During Each Even Every Finally First For From Further Had Has Have He Her Here Hers His How However I
    If In Indeed Instead Into Is It Its Last Let Like Many May Meanwhile More Moreover Most My Neither Never Next No
    None Nor Not Nothing Now Of On Once One Only Or Other Our Out Over Perhaps Second She Should Since So Some Such
    Surely That The Their Then There Therefore These They This Those Though Through Thus To Today Under Until Upon Was
    We Well Were What When Where Whether Which While Who Whose Why Will With Within Without Would Yes Yet You Your`,
};

/** Initials and such: "J", "U.S", "a.m", "D.C", "z", "т.д". */
const LETTERS = /^\p{L}\p{M}*(?:\.\p{L}\p{M}*)*$/u;

/** What one language's words mean before and after a full stop. */
export class Abbreviations {
  readonly ordinals: boolean;
  readonly #kinds: ReadonlyMap<string, AbbreviationKind>;
  readonly #starters: ReadonlySet<string>;

  constructor(table: AbbreviationTable) {
    const kinds = ["inside", "number", "either"] as const;
    this.#kinds = new Map(
      kinds.flatMap((kind) => wordsOf(table[kind]).map((word) => [word, kind] as const)),
    );
    this.#starters = new Set(wordsOf(table.starters));
    this.ordinals = table.ordinals ?? false;
  }

  /** What a word before a full stop abbreviates, if anything. */
  kindOf(word: string): AbbreviationKind | undefined {
    const found = this.#kinds.get(word);
    // Most words are written in small letters and have no stops.
    if (found !== undefined || /^[a-z]{2,}$/.test(word)) return found;
    const small = word.toLowerCase();
    // A capital alone is an initial, whatever the small letter abbreviates.
    if (word.length === 1 && word !== small) return "either";
    return (
      this.#kinds.get(small) ??
      (word[0] === small[0] ? undefined : this.#kinds.get(word[0]! + small.slice(1))) ??
      (LETTERS.test(word) ? "either" : undefined)
    );
  }

  /** Whether a word ("It's" as "It"), its first letter taken for a capital, often begins a sentence. */
  isStarter(word: string): boolean {
    const elided = /^[^'’]+/.exec(word)?.[0] ?? "";
    return this.#starters.has(elided.charAt(0).toUpperCase() + elided.slice(1));
  }
}

function wordsOf(list: string): string[] {
  return list.split(/\s+/).filter((word) => word !== "");
}

const TABLES: ReadonlyMap<string, AbbreviationTable> = new Map([
  ["en", ENGLISH],
  ...Object.entries(EUROPEAN),
  ...Object.entries(OTHERS),
]);

const made = new Map<string, Abbreviations>();

/** A language's abbreviations; English's for one without a table, whose titles and initials many share. */
export function abbreviationsOf(language: string): Abbreviations {
  const key = TABLES.has(language) ? language : "en";
  let found = made.get(key);
  if (found === undefined) {
    found = new Abbreviations(TABLES.get(key)!);
    made.set(key, found);
  }
  return found;
}
