import { EXIT, type ExitCode, readEvents, runLogs, suggest } from "../engine/index.ts";
import { sanitize } from "../lib/sanitize.ts";
import { checkCount, parseArguments, usage } from "./arguments.ts";
import type { Command } from "./command.ts";
import { print } from "./io.ts";
import { storeOf } from "./run-log.ts";

const SHELLS = ["bash", "zsh", "fish"] as const;
/** What the scripts themselves ask for: the nodes that may follow. */
const NODES = "nodes";

/** `pipeline completion SHELL`: a script that makes a shell complete this program's words. */
export const completion: Command = {
  usage: SHELLS.join("|"),
  description:
    "Prints a script with which a shell completes commands, options, their values and, from the last run here, the names of nodes.",
  options: {},
  examples: [
    'eval "$(pipeline completion bash)"',
    "pipeline completion zsh > ~/.zfunc/_pipeline",
    "pipeline completion fish > ~/.config/fish/completions/pipeline.fish",
  ],

  async run(args, io, commands): Promise<ExitCode> {
    const { positionals } = parseArguments("completion", args, {});
    checkCount("completion", positionals, 1, 1, `a shell: ${SHELLS.join(", ")}`);
    const shell = positionals[0]!;
    if (shell === NODES) {
      for (const node of await lastNodes(storeOf(io.cwd, {}))) print(io, node);
      return EXIT.done;
    }
    const known = SHELLS.find((each) => each === shell);
    if (known === undefined)
      throw usage(`completion does not know ${shell}`, { hint: suggest(shell, SHELLS) });
    const [{ completionTable }, { SCRIPTS }] = await Promise.all([
      import("./completion/table.ts"),
      import("./completion/scripts.ts"),
    ]);
    print(io, SCRIPTS[known](await completionTable(commands)));
    return EXIT.done;
  },
};

/** The nodes of the last run; none where there is no log to be read: a shell wants no errors. */
async function lastNodes(store: string): Promise<readonly string[]> {
  try {
    const [log] = await runLogs(store);
    if (log === undefined) return [];
    for await (const event of readEvents(log))
      if (event.type === "run-started") return event.nodes.map(({ id }) => sanitize(id));
  } catch {
    // As where there is none.
  }
  return [];
}
