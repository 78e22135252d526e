// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a shell's own variables.
import type { CompletedCommand, CompletedOption } from "./table.ts";

type Table = readonly CompletedCommand[];

/** By shell: its script. Every word in them is a name of ours or a description without quotes. */
export const SCRIPTS: Readonly<Record<"bash" | "zsh" | "fish", (table: Table) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

function bashScript(table: Table): string {
  return [
    "# pipeline: completion for bash",
    "_pipeline() {",
    '  local cur="${COMP_WORDS[COMP_CWORD]}" prev="${COMP_WORDS[COMP_CWORD-1]}" words="" nodes=""',
    "  COMPREPLY=()",
    '  if [ "$COMP_CWORD" -eq 1 ]; then',
    `    COMPREPLY=($(compgen -W "${names(table)} --help --version" -- "$cur"))`,
    "    return",
    "  fi",
    ...caseOf(table, "  "),
    '  if [ -n "$nodes" ] && [ "${cur#-}" = "$cur" ]; then',
    '    words="$words $(command pipeline completion nodes 2>/dev/null)"',
    "  fi",
    '  COMPREPLY=($(compgen -W "$words" -- "$cur"))',
    "}",
    "complete -o bashdefault -F _pipeline pipeline",
  ].join("\n");
}

/** What may follow each command, for bash. */
function caseOf(table: Table, indent: string): string[] {
  const lines = table.flatMap((command) => {
    const valued = command.options.flatMap((option) => {
      const flags = [
        `--${option.name}`,
        ...(option.short === undefined ? [] : [`-${option.short}`]),
      ];
      if (option.value === "none") return [];
      const reply =
        option.value === "any"
          ? "return"
          : option.value === "file"
            ? 'COMPREPLY=($(compgen -f -- "$cur")); return'
            : `COMPREPLY=($(compgen -W "${option.value.join(" ")}" -- "$cur")); return`;
      return [`      ${flags.join("|")}) ${reply} ;;`];
    });
    return [
      `  ${command.name})`,
      ...(valued.length === 0 ? [] : ['    case "$prev" in', ...valued, "    esac"]),
      `    words="${[...command.words, ...command.options.map(({ name }) => `--${name}`)].join(" ")}"`,
      ...(command.nodes ? ["    nodes=1"] : []),
      "    ;;",
    ];
  });
  return ['case "${COMP_WORDS[1]}" in', ...lines, "esac"].map((line) => `${indent}${line}`);
}

function zshScript(table: Table): string {
  const lines = table.flatMap((command) => [
    `    ${command.name})`,
    '      case "${words[CURRENT-1]}" in',
    ...command.options.flatMap(({ name, short, value }) => {
      const flags = [`--${name}`, ...(short === undefined ? [] : [`-${short}`])].join("|");
      if (value === "none") return [];
      const reply =
        value === "any"
          ? "return"
          : value === "file"
            ? "_files; return"
            : `compadd -- ${value.join(" ")}; return`;
      return [`        ${flags}) ${reply} ;;`];
    }),
    "      esac",
    `      compadd -- ${[...command.words, ...command.options.map(({ name }) => `--${name}`)].join(" ")}`,
    ...(command.nodes
      ? ['      compadd -- ${(f)"$(command pipeline completion nodes 2>/dev/null)"}']
      : []),
    "      ;;",
  ]);
  return [
    "#compdef pipeline",
    "# pipeline: completion for zsh",
    "_pipeline() {",
    "  if (( CURRENT == 2 )); then",
    `    compadd -- ${names(table)} --help --version`,
    "    return",
    "  fi",
    '  case "${words[2]}" in',
    ...lines,
    "  esac",
    "}",
    'if [ "$funcstack[1]" = "_pipeline" ]; then _pipeline "$@"; elif (( $+functions[compdef] )); then compdef _pipeline pipeline; fi',
  ].join("\n");
}

function fishScript(table: Table): string {
  const first = "__fish_use_subcommand";
  return [
    "# pipeline: completion for fish",
    "complete -c pipeline -f",
    `complete -c pipeline -n ${first} -l help -d ${quoted("show all commands")}`,
    `complete -c pipeline -n ${first} -l version -d ${quoted("show the version")}`,
    ...table.flatMap((command) => {
      const seen = `'__fish_seen_subcommand_from ${command.name}'`;
      return [
        `complete -c pipeline -n ${first} -a ${command.name} -d ${quoted(command.summary)}`,
        ...command.options.map((option) => `complete -c pipeline -n ${seen} ${fishOption(option)}`),
        ...command.words.map((word) => `complete -c pipeline -n ${seen} -a ${word}`),
        ...(command.nodes
          ? [`complete -c pipeline -n ${seen} -a '(command pipeline completion nodes 2>/dev/null)'`]
          : []),
      ];
    }),
  ].join("\n");
}

function fishOption({ name, short, description, value }: CompletedOption): string {
  const flags = `-l ${name}${short === undefined ? "" : ` -s ${short}`}`;
  const takes =
    value === "none"
      ? ""
      : value === "file"
        ? " -r -F"
        : value === "any"
          ? " -x"
          : ` -x -a ${quoted(value.join(" "))}`;
  return `${flags}${takes} -d ${quoted(description)}`;
}

function names(table: Table): string {
  return table.map(({ name }) => name).join(" ");
}

/** Between single quotes; in fish only these and the backslash have a meaning there. */
function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
