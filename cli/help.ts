import { pad } from "../lib/width.ts";
import type { Options } from "./arguments.ts";
import type { Command } from "./command.ts";
import { commands } from "./commands.ts";

/** What `pipeline --help` says. */
export function overview(): string {
  const lines = Object.entries(commands).map(
    ([name, { summary }]) => `  ${pad(name, 12)}${summary}`,
  );
  return [
    "pipeline: brings the outputs of pipeline.config.ts up to date, running only what changed",
    "",
    "Usage: pipeline COMMAND [options]",
    "",
    "Commands:",
    ...lines,
    "",
    "  pipeline COMMAND --help   what a command takes",
    "  pipeline --version",
    "",
    "Exit codes: 0 done, 1 a stage failed, 2 usage or config, 3 stale (status --exit-code),",
    "4 the store is in use, 5 corruption, 130 or 143 stopped by a signal.",
  ].join("\n");
}

/** What `pipeline NAME --help` says. */
export function commandHelp(name: string, command: Command): string {
  const usage = ["pipeline", name, command.usage, "[options]"].filter((word) => word !== "");
  return [
    `Usage: ${usage.join(" ")}`,
    "",
    command.description,
    "",
    "Options:",
    ...optionLines(command.options),
    "",
    "Examples:",
    ...command.examples.map((example) => `  ${example}`),
  ].join("\n");
}

function optionLines(options: Options): readonly string[] {
  const rows = Object.entries(options).map(([name, option]) => {
    const short = option.short === undefined ? "    " : `-${option.short}, `;
    const value = option.value === undefined ? "" : ` ${option.value}`;
    return { left: `${short}--${name}${value}`, right: option.description };
  });
  rows.push({ left: "    --help", right: "show this" });
  const width = Math.max(...rows.map((row) => row.left.length));
  return rows.map((row) => `  ${pad(row.left, width)}  ${row.right}`);
}
