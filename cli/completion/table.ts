import type { Commands } from "../command.ts";

/** What a shell may complete after a command. */
export interface CompletedCommand {
  readonly name: string;
  readonly summary: string;
  /** Whether names of nodes may follow. */
  readonly nodes: boolean;
  /** Other words that may follow, as in `runs diff`. */
  readonly words: readonly string[];
  readonly options: readonly CompletedOption[];
}

export interface CompletedOption {
  readonly name: string;
  readonly short: string | undefined;
  readonly description: string;
  /** `none` where it takes no value, `file` where it takes a path, else the values that there are. */
  readonly value: "none" | "file" | "any" | readonly string[];
}

const HELP: CompletedOption = {
  name: "help",
  short: undefined,
  description: "show what a command takes",
  value: "none",
};

/** All commands with what they take, read from their own definitions. */
export async function completionTable(commands: Commands): Promise<readonly CompletedCommand[]> {
  return Promise.all(
    Object.entries(commands).map(async ([name, { summary, load }]) => {
      const { usage, options } = await load();
      return {
        name,
        summary,
        nodes: /\bNODE\b/.test(usage),
        words: usage.match(/\b[a-z][a-z-]+\b/g) ?? [],
        options: [
          ...Object.entries(options).map(([option, { type, short, value, description }]) => ({
            name: option,
            short,
            description,
            value: type === "boolean" ? ("none" as const) : valuesIn(value ?? ""),
          })),
          HELP,
        ],
      };
    }),
  );
}

/** `a|b` in a help text are the values that there are. */
function valuesIn(shown: string): CompletedOption["value"] {
  if (/^[a-z-]+(\|[a-z-]+)+$/.test(shown)) return shown.split("|");
  return shown === "FILE" || shown === "DIR" || shown === "GLOB" ? "file" : "any";
}
