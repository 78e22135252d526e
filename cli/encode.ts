import { EXIT, type ExitCode } from "../engine/index.ts";
import { sanitize } from "../lib/sanitize.ts";
import type { TokenizerDefinition } from "../lib/tokenizer/definition.ts";
import type { Encoder } from "../lib/tokenizer/encoder.ts";
import type { VocabFileOptions } from "../lib/tokenizer/vocab-file.ts";
import { checkCount, parseArguments, usage } from "./arguments.ts";
import { type Command, pipelineOptions } from "./command.ts";
import type { Io } from "./io.ts";

const options = {
  vocab: {
    type: "string",
    value: "FILE",
    description:
      "a vocab.txt, tokenizer.json or spiece.model, in place of the pipeline's tokenizer",
  },
  node: {
    type: "string",
    value: "NODE",
    description: "the node whose tokenizer is meant, where several have one",
  },
  lowercase: {
    type: "string",
    value: "true|false",
    description: "with --vocab of a vocab.txt or spiece.model; true by default",
  },
  "strip-accents": {
    type: "string",
    value: "true|false",
    description: "likewise; by default as --lowercase",
  },
  "normal-form": {
    type: "string",
    value: "nfc|nfd|none",
    description: "with --vocab of a vocab.txt; none by default",
  },
  json: { type: "boolean", description: "one JSON object a text" },
  ...pipelineOptions,
} as const;

type Values = ReturnType<typeof parseArguments<typeof options>>["values"];

/** `pipeline encode`: what a tokenizer makes of text. */
export const encode: Command = {
  usage: "[TEXT|-]",
  description:
    "Prints the pieces of a text with their ids, their places in it (in code points) and which of them begin a word. Without TEXT, or with -, standard input is read, a text a line. The tokenizer is the pipeline's, as last made, or that of --vocab.",
  options,
  examples: [
    'pipeline encode "Nobody could say where the money had gone."',
    "pipeline encode --vocab bert-base-uncased/vocab.txt --json - < lines.txt",
  ],

  async run(args, io): Promise<ExitCode> {
    const { values, positionals } = parseArguments("encode", args, options);
    checkCount("encode", positionals, 0, 1, "one text");
    const definition = await definitionOf(values, io);
    const [{ openEncoder }, { explained }] = await Promise.all([
      import("../lib/tokenizer/encoder.ts"),
      import("../stages/tokenizer-input.ts"),
    ]);
    const encoder = await explained(() => openEncoder(definition));
    const [text = "-"] = positionals;
    let first = true;
    for await (const line of text === "-" ? linesOf(io) : [text]) {
      const shown = await shownText(line, definition, encoder, values.json === true);
      await write(io, first || values.json === true ? `${shown}\n` : `\n${shown}\n`);
      first = false;
    }
    return EXIT.done;
  },
};

async function definitionOf(values: Values, io: Io): Promise<TokenizerDefinition> {
  const { vocab, node } = values;
  const told = (["lowercase", "strip-accents", "normal-form"] as const).find(
    (name) => values[name] !== undefined,
  );
  if (vocab === undefined) {
    if (told !== undefined)
      throw usage(`--${told} is for a file of --vocab`, {
        hint: "the pipeline's tokenizer says itself how text is normalised",
      });
    const { pipelineTokenizer } = await import("./encode/pipeline-tokenizer.ts");
    return pipelineTokenizer(io, values, node);
  }
  if (node !== undefined) throw usage("--vocab and --node exclude each other");
  const [{ readVocabFile }, { explained }, { resolve }] = await Promise.all([
    import("../lib/tokenizer/vocab-file.ts"),
    import("../stages/tokenizer-input.ts"),
    import("node:path"),
  ]);
  return explained(() => readVocabFile(resolve(io.cwd, vocab), fileOptions(values)));
}

function fileOptions(values: Values): VocabFileOptions {
  const truth = (name: "lowercase" | "strip-accents") =>
    choice(name, values[name], ["true", "false"]);
  const lowercase = truth("lowercase");
  const stripAccents = truth("strip-accents");
  const normalForm = choice("normal-form", values["normal-form"], ["nfc", "nfd", "none"] as const);
  return {
    ...(lowercase !== undefined && { lowercase: lowercase === "true" }),
    ...(stripAccents !== undefined && { stripAccents: stripAccents === "true" }),
    ...(normalForm !== undefined && { normalForm }),
  };
}

function choice<const T extends string>(
  option: string,
  value: string | undefined,
  known: readonly T[],
): T | undefined {
  if (value === undefined) return undefined;
  const found = known.find((word) => word === value);
  if (found !== undefined) return found;
  throw usage(`--${option} has no value ${value}`, { expected: known.join(" or "), got: value });
}

async function* linesOf(io: Io): AsyncGenerator<string> {
  const { createInterface } = await import("node:readline");
  yield* createInterface({ input: io.stdin, crlfDelay: Number.POSITIVE_INFINITY });
}

async function shownText(
  text: string,
  definition: TokenizerDefinition,
  encoder: Encoder,
  json: boolean,
): Promise<string> {
  const [{ pieceOf }, { codePointOffsets }, { textTable }] = await Promise.all([
    import("../lib/tokenizer/decode.ts"),
    import("../lib/wordpiece/offset-encoder.ts"),
    import("./text-table.ts"),
  ]);
  const [encoded] = await encoder.encodeWithOffsets([text]);
  const { ids, wordStarts, starts, ends } = encoded!;
  const from = codePointOffsets(text, starts);
  const to = codePointOffsets(text, ends);
  const pieces = Array.from(ids, (id) => pieceOf(definition, id));
  if (json)
    return escaped(
      JSON.stringify({
        text,
        pieces,
        ids: [...ids],
        offsets: Array.from(from, (start, index) => [start, to[index]]),
        word_starts: [...wordStarts],
      }),
    );
  if (pieces.length === 0) return `${sanitize(text)}: no pieces`;
  return textTable(
    ["piece", "id", "from", "to", "word", "text"],
    pieces.map((piece, index) => [
      piece,
      `${ids[index]}`,
      `${from[index]}`,
      `${to[index]}`,
      wordStarts[index] === 1 ? "begins" : "",
      text.slice(starts[index], ends[index]),
    ]),
  );
}

/** JSON leaves alone what some terminals act on: controls beyond ASCII's, and what turns text round. */
function escaped(json: string): string {
  return json.replace(
    /[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Waits where whoever reads is slower, so that memory does not fill with what is unread. */
async function write(io: Io, text: string): Promise<void> {
  if (io.stdout.write(text)) return;
  await new Promise<void>((resolve) => {
    io.stdout.once("drain", resolve);
  });
}
