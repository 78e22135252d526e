import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { EXIT, type ExitCode, PipelineError } from "../engine/index.ts";
import { sanitize } from "../lib/sanitize.ts";
import { checkCount, parseArguments } from "./arguments.ts";
import type { Command } from "./command.ts";
import { Questions } from "./init/ask.ts";
import {
  type Choices,
  choose,
  FILES,
  MEANINGS,
  pipelineName,
  SIZES,
  TEXTS,
} from "./init/choices.ts";
import { type Io, print } from "./io.ts";

const options = {
  text: {
    type: "string",
    value: TEXTS.join("|"),
    description: "what to learn from; own is text of yours in any language",
  },
  size: { type: "string", value: SIZES.join("|"), description: "how large a model" },
  files: {
    type: "string",
    value: "GLOB",
    description: `where your texts are, ${FILES} by default`,
  },
  yes: {
    type: "boolean",
    short: "y",
    description: "ask nothing: take what is not said by default",
  },
} as const;

/** `pipeline init`: makes a project that runs. */
export const init: Command = {
  usage: "[DIR]",
  description:
    "Makes a project in a folder, here by default: a config, a package.json, and for Korean a small sample of text. Asks on a terminal for what no option says. Overwrites nothing: of a package.json that is there it says what it lacks.",
  options,
  examples: [
    "pipeline init",
    "pipeline init my-albert --text korean --size tiny",
    "pipeline init --text own --files 'books/*.txt' --size base",
  ],

  async run(args, io): Promise<ExitCode> {
    const { values, positionals } = parseArguments("init", args, options);
    checkCount("init", positionals, 0, 1, "one folder");
    const folder = resolve(io.cwd, positionals[0] ?? ".");
    const choices = await decide(io, folder, values);
    const { newProject } = await import("./init/files.ts");
    const { files, steps } = newProject(folder, choices);
    for (const name of files.keys()) refuse(folder, name);
    for (const [name, text] of files) await write(join(folder, name), text);
    const texts = [...files.keys()].filter((name) => name.startsWith("texts/")).length;
    const made = [...files.keys()].filter((name) => !name.startsWith("texts/"));
    print(io, `${choices.name}: ${choices.text} text, ${choices.size}`);
    for (const name of made) print(io, `  made ${name}`);
    if (texts > 0) print(io, `  made texts/: ${texts} sample documents, to be replaced by yours`);
    const at = relative(io.cwd, folder);
    print(io, "\nNext:");
    for (const step of [...(at === "" ? [] : [`cd ${sanitize(at)}`]), ...steps])
      print(io, `  ${sanitize(step)}`);
    return EXIT.done;
  },
};

async function decide(
  io: Io,
  folder: string,
  given: { text?: string; size?: string; files?: string; yes?: boolean },
): Promise<Choices> {
  const name = pipelineName(basename(folder));
  const text = given.text === undefined ? undefined : choose("--text", given.text, TEXTS);
  const size = given.size === undefined ? undefined : choose("--size", given.size, SIZES);
  const asks = given.yes !== true && io.stdin.isTTY === true && io.stderr.isTTY === true;
  if (!asks || (text !== undefined && size !== undefined))
    return { name, text: text ?? "english", size: size ?? "tiny", files: given.files ?? FILES };
  using questions = new Questions(io);
  const meaning = (value: string): string => MEANINGS[value]!;
  const chosen = text ?? (await questions.pick("Which text?", TEXTS, meaning));
  const files =
    given.files ??
    (chosen === "own" ? await questions.words("Where are your texts?", FILES) : FILES);
  return {
    name,
    text: chosen,
    files,
    size: size ?? (await questions.pick("How large a model?", SIZES, meaning)),
  };
}

function refuse(folder: string, name: string): void {
  if (!existsSync(join(folder, name))) return;
  throw new PipelineError(`${name} is there already`, {
    where: folder,
    hint: "name another folder: pipeline init DIR",
    exitCode: EXIT.usage,
  });
}

async function write(file: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text, { flag: "wx" });
  } catch (error) {
    throw new PipelineError("a file cannot be made", {
      where: file,
      got: (error as NodeJS.ErrnoException).code ?? String(error),
      exitCode: EXIT.usage,
    });
  }
}
