import { join } from "node:path";
import { EXIT, type ExitCode } from "../engine/index.ts";
import { checkCount, parseArguments } from "./arguments.ts";
import { type Command, pipelineOptions } from "./command.ts";
import { print } from "./io.ts";
import { loadConfig } from "./load-config.ts";
import { neverRun, outputOf } from "./output-of.ts";
import { openToRead } from "./status.ts";

/** `pipeline path NODE.TABLE`: for other tools to read. */
export const path: Command = {
  usage: "NODE[.TABLE]",
  description:
    "Prints the absolute path of the folder that holds a table's Parquet parts (or the files of a folder output), as last made, and nothing else.",
  options: pipelineOptions,
  examples: [`duckdb -c "from '$(pipeline path sop-pairs.examples)/*.parquet' limit 5"`],

  async run(args, io): Promise<ExitCode> {
    const { values, positionals } = parseArguments("path", args, pipelineOptions);
    checkCount("path", positionals, 1, 1, "the name of one table, as NODE.TABLE");
    const { pipeline, store } = await loadConfig(io.cwd, values);
    const { node, output } = outputOf(pipeline, positionals[0]!);
    const artifact = await (await openToRead(io, store)).latest(node.id);
    if (artifact === undefined) throw neverRun(node);
    print(io, join(artifact.folder, output));
    return EXIT.done;
  },
};
