import { parseArgs } from "node:util";
import { EXIT, PipelineError, suggest } from "../engine/index.ts";

/** An option of a command, as its help shows it. */
export interface Option {
  readonly type: "string" | "boolean";
  readonly short?: string;
  /** May be given more than once. */
  readonly multiple?: boolean;
  /** What stands for the value in the help; options of type string only. */
  readonly value?: string;
  readonly description: string;
}

export type Options = Readonly<Record<string, Option>>;

type Value<O extends Option> = O["type"] extends "boolean"
  ? boolean
  : O["multiple"] extends true
    ? readonly string[]
    : string;

export interface Arguments<O extends Options> {
  /** What was given; an option that was not is absent. */
  readonly values: { readonly [K in keyof O]?: Value<O[K]> };
  readonly positionals: readonly string[];
}

/** Reads a command's arguments. Throws a PipelineError (exit 2) for what the command does not know. */
export function parseArguments<const O extends Options>(
  command: string,
  args: readonly string[],
  options: O,
): Arguments<O> {
  const config = Object.fromEntries(
    Object.entries(options).map(([name, { type, short, multiple = false }]) => {
      return [name, { type, multiple, ...(short !== undefined && { short }) }];
    }),
  );
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    options: config,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (option === undefined) throw unknownOption(command, token.rawName, Object.keys(options));
    if (option.type === "boolean" && token.value !== undefined)
      throw usage(`${token.rawName} takes no value`, { got: `${token.rawName}=${token.value}` });
    if (option.type === "string" && (token.value === undefined || token.value === ""))
      throw usage(`${token.rawName} needs a value`, {
        expected: `${token.rawName} ${option.value}`,
      });
    // A dash by itself is standard output.
    const isFlag = token.inlineValue === false && /^-./.test(token.value ?? "");
    if (option.type === "string" && isFlag)
      throw usage(`${token.rawName} needs a value`, {
        expected: `${token.rawName} ${option.value}`,
        got: token.value ?? "",
        hint: `if that is the value, write --${token.name}=${token.value}`,
      });
  }
  return { values, positionals } as unknown as Arguments<O>;
}

/** A mistake on the command line. */
export function usage(
  message: string,
  details: { where?: string; expected?: string; got?: string; hint?: string } = {},
): PipelineError {
  return new PipelineError(message, { ...details, exitCode: EXIT.usage });
}

/** Throws unless there are between `least` and `most` words beside the options. */
export function checkCount(
  command: string,
  positionals: readonly string[],
  least: number,
  most: number,
  what: string,
): void {
  if (positionals.length < least)
    throw usage(`${command} needs ${what}`, { hint: `pipeline ${command} --help` });
  if (positionals.length > most)
    throw usage(`${command} takes ${most === 0 ? "no argument" : what} and nothing more`, {
      got: positionals.slice(most).join(" "),
      hint: `pipeline ${command} --help`,
    });
}

/** A whole number of at least 1 from the value of an option. */
export function parseCount(option: string, value: string): number {
  const count = Number(value);
  if (/^\d+$/.test(value) && Number.isSafeInteger(count) && count >= 1) return count;
  throw usage(`${option} is not a number of that kind`, {
    expected: "a whole number of at least 1",
    got: value,
  });
}

function unknownOption(command: string, raw: string, known: readonly string[]): PipelineError {
  const names = known.map((name) => `--${name}`);
  return usage(`${command} has no option ${raw}`, { hint: suggest(raw, names) });
}
