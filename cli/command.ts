import type { ExitCode } from "../engine/index.ts";
import type { Option, Options } from "./arguments.ts";
import type { Io } from "./io.ts";

/** A command: what its help says and what it does with the words after its name. */
export interface Command {
  /** After the command's name, e.g. `[node…]`. */
  readonly usage: string;
  /** One paragraph of what it does. */
  readonly description: string;
  readonly options: Options;
  readonly examples: readonly string[];
  /** `commands` are all that there are, for one that tells of them. */
  run(args: readonly string[], io: Io, commands: Commands): Promise<ExitCode>;
}

/** Commands by name, in the order of the help; each is loaded when it is called for. */
export type Commands = Readonly<Record<string, CommandEntry>>;

interface CommandEntry {
  readonly summary: string;
  load(): Promise<Command>;
}

/** Options of every command that reads a pipeline. */
export const pipelineOptions = {
  config: {
    type: "string",
    value: "FILE",
    description: "the pipeline, pipeline.config.ts by default",
  },
  store: {
    type: "string",
    value: "DIR",
    description:
      "where artifacts are; by default artifacts/ here, or beside a config that is not below here",
  },
} as const satisfies Record<string, Option>;
