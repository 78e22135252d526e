import { EXIT, type ExitCode } from "../engine/index.ts";
import { checkCount, parseArguments, usage } from "./arguments.ts";
import type { Command } from "./command.ts";
import { print, tell } from "./io.ts";

const options = {
  to: {
    type: "string",
    value: "DIR",
    description: "where the data is to lie, a folder a task; by its name here by default",
  },
  "base-url": {
    type: "string",
    value: "URL",
    description:
      "a mirror: the address before the files' names; its files must be the official ones",
  },
  task: {
    type: "string",
    value: "NAME",
    multiple: true,
    description: "only this task; may be given more than once",
  },
  check: {
    type: "boolean",
    description: "download nothing: read what is there and say whether it is whole",
  },
} as const;

/** `pipeline fetch`: evaluation data, downloaded and checked. */
export const fetch: Command = {
  usage: "DATASET",
  description:
    "Downloads an evaluation data set (glue, squad or race) from its official addresses, checks each file's sha256, unpacks it, and reads it: rows, columns and labels. What has come of an interrupted download is kept and gone on with; what is there already is only read. Exit code 1 where something is missing or not as published.",
  options,
  examples: [
    "pipeline fetch glue --to data/glue",
    "pipeline fetch glue --task RTE --base-url https://mirror.example.org/glue",
    "pipeline fetch glue --to data/glue --check",
  ],

  async run(args, io): Promise<ExitCode> {
    const { values, positionals } = parseArguments("fetch", args, options);
    checkCount("fetch", positionals, 1, 1, "one data set");
    const [{ resolve }, { dataSet }, { fetchDataSet }, { checkGlue, verdictLines }] =
      await Promise.all([
        import("node:path"),
        import("./fetch/data-sets.ts"),
        import("./fetch/fetch-data-set.ts"),
        import("./fetch/check.ts"),
      ]);
    const { checkReading } = await import("./fetch/check-reading.ts");
    const wanted = dataSet(positionals[0]!, values.task ?? []);
    if (values.check === true && values["base-url"] !== undefined)
      throw usage("--check and --base-url exclude each other");
    const folder = resolve(io.cwd, values.to ?? positionals[0]!);
    if (values.check !== true)
      await fetchDataSet(wanted, folder, {
        baseUrl: values["base-url"],
        log: (message) => tell(io, message),
      });
    const check = wanted.name === "glue" ? checkGlue : checkReading;
    const verdicts = await check(wanted, folder);
    for (const line of verdictLines(verdicts)) print(io, line);
    return verdicts.every(({ problem }) => problem === undefined) ? EXIT.done : EXIT.failed;
  },
};
