import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Artifact, EXIT, type ExitCode, type FileStore } from "../engine/index.ts";
import { formatBytes, formatInteger } from "../lib/format.ts";
import { checkCount, parseArguments, parseCount } from "./arguments.ts";
import { type Command, pipelineOptions } from "./command.ts";
import { type Io, print } from "./io.ts";
import { loadConfig } from "./load-config.ts";
import { type NamedOutput, neverRun, outputOf } from "./output-of.ts";
import { openToRead } from "./status.ts";
import { textTable } from "./text-table.ts";

const options = {
  rows: {
    type: "string",
    short: "n",
    value: "N",
    description: "how many rows: by default 3, or all of a small row table",
  },
  ...pipelineOptions,
} as const;
const ROWS = 3;
/** A row table of so many is read whole, as an audit or scores. */
const SMALL = 100;
/** Where standard output is not a terminal. */
const WIDTH = 100;

/** `pipeline inspect NODE[.TABLE]`: rows as a person reads them. */
export const inspect: Command = {
  usage: "NODE[.TABLE]",
  description:
    "Shows the first rows of a table as last made, of NODE alone of each of its outputs. Ids are decoded with the tokenizer with which they were made: of examples the text, the masked text, what is to be predicted and the order's label; of sentences the pieces. Of predictions it shows which labels are taken for which, the score by length and the worst mistakes.",
  options,
  examples: [
    "pipeline inspect sop-pairs.examples",
    "pipeline inspect train.curve --rows 20",
    "pipeline inspect eval-era",
  ],

  async run(args, io): Promise<ExitCode> {
    const { values, positionals } = parseArguments("inspect", args, options);
    checkCount("inspect", positionals, 1, 1, "the name of one node or table");
    const count = values.rows === undefined ? undefined : parseCount("--rows", values.rows);
    const { pipeline, store: folder } = await loadConfig(io.cwd, values);
    const words = positionals[0]!;
    const named = words.includes(".")
      ? [outputOf(pipeline, words)]
      : Object.keys(pipeline.node(words).stage.outputs).map((output) =>
          outputOf(pipeline, `${words}.${output}`),
        );
    const store = await openToRead(io, folder);
    const node = named[0]!.node;
    const artifact = await store.latest(node.id);
    if (artifact === undefined) throw neverRun(node);
    for (const [index, output] of named.entries()) {
      if (index > 0) print(io);
      await showOutput(io, store, artifact, output, count);
    }
    return EXIT.done;
  },
};

async function showOutput(
  io: Io,
  store: FileStore,
  artifact: Artifact,
  { node, output, type }: NamedOutput,
  told: number | undefined,
): Promise<void> {
  const parts = artifact.manifest.partitions.flatMap(
    (partition) => partition.outputs[output] ?? [],
  );
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  const count = told ?? (type.kind === "rows" && rows <= SMALL ? rows : ROWS);
  const size = type.kind === "folder" ? "" : `${formatInteger(rows)} rows, `;
  const files = `${formatInteger(parts.length)} ${parts.length === 1 ? "part" : "parts"}`;
  print(io, `${node.id}.${output}: ${size}${files}, ${formatBytes(bytes)}`);
  print(io);
  if (type.kind === "folder") return showFolder(io, join(artifact.folder, output));

  const [{ openOutput }, { holdsPredictions, showPredictions }] = await Promise.all([
    import("./inspect/open.ts"),
    import("./inspect/predictions.ts"),
  ]);
  const width = io.stdout.isTTY ? io.stdout.columns : WIDTH;
  const whole = type.kind === "table" && holdsPredictions(type.columns);
  const opened = await openOutput(artifact, output, type, whole ? undefined : count);
  if ("rows" in opened && typeof opened.rows === "function") {
    const names = Object.keys(opened.columns);
    const first = (await opened.rows()).slice(0, count);
    const { wideTable } = await import("./inspect/wide-table.ts");
    return print(io, wideTable(names, first, width));
  }
  if (!("batches" in opened)) return;
  if (whole) return print(io, await showPredictions(opened, count, width));
  const [{ firstRows }, { decoderOf }, { tokenizerOf }, { showDecoded, showRows }] =
    await Promise.all([
      import("./inspect/rows.ts"),
      import("./inspect/decoded.ts"),
      import("../stages/tokenizer-of.ts"),
      import("./inspect/show.ts"),
    ]);
  const read = await firstRows(opened, count);
  const decode = decoderOf(opened.columns);
  const tokenizer = decode === undefined ? undefined : await tokenizerOf(store, node, artifact);
  if (decode === undefined || tokenizer === undefined) print(io, showRows(read, width));
  else
    print(
      io,
      showDecoded(
        read.map((row) => decode(tokenizer, row)),
        width,
      ),
    );
}

async function showFolder(io: Io, folder: string): Promise<void> {
  const names = (await readdir(folder, { recursive: true })).sort();
  const files = await Promise.all(
    names.map(async (name) => ({ name, file: await stat(join(folder, name)) })),
  );
  const rows = files
    .filter(({ file }) => file.isFile())
    .map(({ name, file }) => [name, formatBytes(file.size)] as const);
  print(io, textTable(["file", "size"], rows));
}
