import wtf from "wtf_wikipedia";

/** A template as the library has it: text, the number of an argument, names of arguments that are data, a function. */
type Template = string | number | readonly string[] | object | TemplateFunction;
type TemplateFunction = (wikitext: string, ...others: unknown[]) => unknown;

/** Templates that are no text: notes to readers and editors, icons, boxes, and those that stand in for tables. */
const LEFT_OUT =
  "main see also further hatnote flagicon flagdeco fbicon cricon legend coord coor portal redirect reflist citation " +
  "source cite url email twitter facebook gallery math graph tweet audio weather~box climate~chart medalcount player " +
  "goal sports~table wide~image clear sfn sfnref harvid harvb harvnb r rp ipa ipac-en subject~bar sister~project~links " +
  "spoken~wikipedia historical~populations persondata taxobox find~a~grave short~description loop str~rep padleft " +
  "padright ! !! !( !) (! !+ !- {{ }} [ ] ( ) (( )) ((( ))) !(( ))! egiptekas";

/** Templates whose text is the day on which, or the place at which, they are expanded. */
const OF_THE_DAY =
  "currentday currentdayname currentmonth currentyear currentmonthname currentmonthabbrev monthyear monthyear-1 " +
  "monthyear+1 localday localdayname localmonth localyear time time~ago age age~nts age~in~years " +
  "age~in~years~and~months age~in~years,~months~and~days age~in~years~and~days age~in~days birth~year~and~age";

/** What a template gives for its numbered arguments and its named ones, whose names are in lower case. */
type Expand = (args: readonly string[], named: ReadonlyMap<string, string>) => string;

/** A quotation is its text, without marks and without who said it. */
const quotation: Expand = ([text], named) => named.get("text") ?? named.get("quote") ?? text ?? "";

/** Templates that the library does not have or renders by the computer's own language and time zone. */
const OURS: Readonly<Record<string, Expand>> = {
  formatnum: ([number]) => number ?? "",
  nombre: ([number]) => number ?? "",
  val: ([number]) => number ?? "",
  year: ([date]) => /\d{4}/.exec(date ?? "")?.[0] ?? "",
  "percent and number": ([number]) => number ?? "",
  // Korean Wikipedia's: text in another language, with its name before it; Han beside Hangul; a flag with its country.
  llang: ([, text]) => text ?? "",
  한자: ([hanja]) => hanja ?? "",
  국기: ([country]) => country ?? "",
  국기나라: ([country]) => country ?? "",
  lang: ([, text]) => text ?? "",
  언어: ([, text]) => text ?? "",
  // "English name (Japanese, reading)", not the reading alone.
  nihongo: ([name, japanese, reading]) => nihongo(name, japanese, reading),
  nihongo2: ([japanese]) => japanese ?? "",
  korean: ([hangul]) => hangul ?? "",
  quote: quotation,
  blockquote: quotation,
  cquote: quotation,
  인용문: quotation,
};

function nihongo(name = "", japanese = "", reading = ""): string {
  const inside = [japanese, reading].filter((part) => part !== "").join(", ");
  if (name === "") return inside;
  return inside === "" ? name : `${name} (${inside})`;
}

let table: ReadonlyMap<string, Template> | undefined;

/**
 * The templates that the library expands to text, changed so that what they give depends on nothing but the page:
 * not on the day, the time zone or the language of the computer.
 */
function templates(): ReadonlyMap<string, Template> {
  if (table !== undefined) return table;
  const kept = new Map<string, Template>();
  const dropped = new Set(
    `${LEFT_OUT} ${OF_THE_DAY}`.split(" ").map((name) => name.replaceAll("~", " ")),
  );
  wtf.extend((_models: unknown, all: Record<string, Template>) => {
    // Other names of a template share its function.
    const unwanted = new Set([...dropped].map((name) => all[name]).filter(isFunction));
    for (const [name, expand] of Object.entries(OURS)) all[name] = oursAs(expand);
    for (const name of Object.keys(all)) {
      const template = all[name]!;
      if (Array.isArray(template) || dropped.has(name)) continue;
      if (isFunction(template)) {
        if (unwanted.has(template)) continue;
        all[name] = textOf(template);
      }
      kept.set(name, all[name]!);
    }
  });
  table = kept;
  return kept;
}

/** What a template gives that the library knows, in lines without bullets; `name` is in lower case. */
export function expandTemplate(name: string, template: string): string | undefined {
  const known = templates().get(name);
  if (known === undefined || typeof known === "string") return known;
  const before = expansions.get(template);
  if (before !== undefined) return before;
  const text = expanded(template);
  if (expansions.size === MOST_EXPANSIONS) expansions.clear();
  expansions.set(template, text);
  return text;
}

/** Nothing where the library fails, as it does on some templates without arguments. */
function expanded(template: string): string {
  try {
    const paragraphs = wtf(template).paragraphs() as unknown as readonly Paragraph[];
    const lines = paragraphs.map((paragraph) => paragraph.text({}));
    const text = lines.join("\n").replace(/^• /gm, "");
    return NO_TEXT.test(text) && !NO_TEXT.test(template.slice(2)) ? "" : text;
  } catch {
    return "";
  }
}

/** What the library makes of missing arguments, and of templates that are parts of tables. */
const NO_TEXT = /undefined|NaN|\{\{|\{\|/;

/** The library's types have it that `paragraphs` gives one. */
interface Paragraph {
  text(options: object): string;
}

/** Pages of a wiki use the same templates with the same arguments over and over. */
const MOST_EXPANSIONS = 20_000;
const expansions = new Map<string, string>();

function isFunction(template: Template | undefined): template is TemplateFunction {
  return typeof template === "function";
}

function oursAs(expand: Expand): TemplateFunction {
  return (wikitext) => {
    const args: string[] = [];
    const named = new Map<string, string>();
    // A bar inside a link is the link's.
    const parts = wikitext
      .slice(2, -2)
      .replace(/^([^|:]*):/, "$1|")
      .split(/\|(?![^[]*\]\])/);
    for (const part of parts.slice(1)) {
      const [, name, value = ""] = /^\s*([\p{L}\d_ -]{1,30})\s*=(.*)$/su.exec(part) ?? [];
      if (name === undefined) args.push(part.trim());
      else named.set(name.trim().toLowerCase(), value.trim());
    }
    for (const [name, value] of named) if (/^[1-9]$/.test(name)) args[Number(name) - 1] = value;
    return expand(
      Array.from(args, (arg) => arg ?? ""),
      named,
    );
  };
}

/** Without flags, which are pictures of pairs of letters. */
function textOf(template: TemplateFunction): TemplateFunction {
  return (wikitext, ...others) => {
    const text = template(wikitext, ...others);
    if (typeof text === "number") return String(text);
    if (typeof text !== "string") return "";
    return text.replace(/[\u{1f1e6}-\u{1f1ff}]{2} ?/gu, "");
  };
}
