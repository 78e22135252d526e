import { EXIT, type ExitCode } from "../engine/index.ts";
import { checkCount, parseArguments, usage } from "./arguments.ts";
import { type Command, pipelineOptions } from "./command.ts";
import { print } from "./io.ts";
import { loadConfig } from "./load-config.ts";

const options = {
  mermaid: { type: "boolean", description: "for Markdown: a mermaid flowchart" },
  dot: { type: "boolean", description: "for Graphviz" },
  ...pipelineOptions,
} as const;

/** `pipeline graph`: the nodes and what they read, as text, mermaid or dot. */
export const graph: Command = {
  usage: "",
  description:
    "Draws the graph of nodes and the tables that pass between them: as text, or in a language that other programs draw. Runs nothing and reads no store.",
  options,
  examples: [
    "pipeline graph",
    "pipeline graph --mermaid > graph.mmd",
    "pipeline graph --dot | dot -Tsvg > graph.svg",
  ],

  async run(args, io): Promise<ExitCode> {
    const { values, positionals } = parseArguments("graph", args, options);
    checkCount("graph", positionals, 0, 0, "no argument");
    if (values.mermaid === true && values.dot === true)
      throw usage("--mermaid and --dot do not go together", { expected: "one of them" });
    const { pipeline } = await loadConfig(io.cwd, values);
    const { dotText, mermaidText, plainText } = await import("./graph/text.ts");
    if (values.mermaid === true) print(io, mermaidText(pipeline));
    else if (values.dot === true) print(io, dotText(pipeline));
    else print(io, plainText(pipeline));
    return EXIT.done;
  },
};
