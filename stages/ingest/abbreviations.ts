/**
 * What a full stop after an abbreviation can mean: `inside` never ends a sentence; `number` does unless a number
 * follows; `either` ends one where the next word is one that often begins sentences.
 */
export type AbbreviationKind = "inside" | "number" | "either";

/** Words with a capital are abbreviations only with one, since in small letters they are words (gen, mass, sat). */
const WORDS: Readonly<Record<AbbreviationKind, string>> = {
  inside: `Mr Mrs Ms Mx Messrs Mme Mmes Mlle Mlles Dr Drs Prof Rev Revd Hon Gen Lt Col Capt Cpt Cmdr Maj Sgt Cpl Pvt
    Sen Sens Rep Reps Gov Govs Pres Supt Adm Amb Atty Insp Brig Fr Mt Pfc vs viz cf i.e e.g ie eg ca approx incl`,
  number: `no nos art arts sec secs sect ch chap vol vols fig figs eq eqs p pp par para stat doc docs bk pt
    Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec`,
  either: `inc corp co cos ltd llc bros jr sr esq etc al dept univ assn assoc ave blvd rd St Sts bldg est ed eds op
    ibid mss Calif Mass Conn Penn Pa Tenn Ill Mich Minn Wis Ala Ark Fla Ga Ky La Md Miss Mo Neb Okla Tex Va Wash
    Mon Tue Tues Wed Thu Thur Thurs Fri Sat Sun ft oz lb lbs yd yds min hr hrs ph.d`,
};

const KINDS: ReadonlyMap<string, AbbreviationKind> = new Map(
  (Object.keys(WORDS) as AbbreviationKind[]).flatMap((kind) =>
    WORDS[kind].split(/\s+/).map((word) => [word, kind] as const),
  ),
);

/** Initials and such: "J", "U.S", "a.m", "D.C". */
const LETTERS = /^\p{L}(\.\p{L})*$/u;

/** What a word before a full stop abbreviates, if anything. */
export function abbreviationKind(word: string): AbbreviationKind | undefined {
  const small = word.toLowerCase();
  return (
    KINDS.get(small) ??
    (word[0] === small[0] ? undefined : KINDS.get(word[0]! + small.slice(1))) ??
    (LETTERS.test(word) ? "either" : undefined)
  );
}

/** Words that often begin a sentence and seldom follow an abbreviation within one. */
const STARTERS: ReadonlySet<string> = new Set(
  `A About After Again All Also Although An And Another Any Are As At Because Before Between Both But By Can Did Do
  Does During Each Even Every Finally First For From Further Had Has Have He Her Here Hers His How However I If In
  Indeed Instead Into Is It Its Last Let Like Many May Meanwhile More Moreover Most My Neither Never Next No None Nor
  Not Nothing Now Of On Once One Only Or Other Our Out Over Perhaps Second She Should Since So Some Such Surely That
  The Their Then There Therefore These They This Those Though Through Thus To Today Under Until Upon Was We Well Were
  What When Where Whether Which While Who Whose Why Will With Within Without Would Yes Yet You Your`.split(
    /\s+/,
  ),
);

/** Whether a word is one that often begins a sentence. */
export function isStarter(word: string): boolean {
  return STARTERS.has(word);
}
