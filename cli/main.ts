import { Console } from "node:console";
import { EXIT, type ExitCode, suggest } from "../engine/index.ts";
import { usage } from "./arguments.ts";
import { commands } from "./commands.ts";
import { type Io, print, tell } from "./io.ts";

/** Runs the command that `args` (what follows `pipeline`) call for; every error ends as text and an exit code. */
export async function main(args: readonly string[], outside: Io = processIo()): Promise<ExitCode> {
  const io = await guardedIo(outside);
  try {
    return await dispatch(args, io);
  } catch (error) {
    const { describeError, plainError } = await import("./show-error.ts");
    const plain = plainError(error);
    tell(io, describeError(plain));
    return plain.exitCode as ExitCode;
  }
}

async function dispatch(args: readonly string[], io: Io): Promise<ExitCode> {
  const [name, ...rest] = args;
  if (name === "--version" || name === "-v") {
    const { ownVersion } = await import("./version.ts");
    print(io, ownVersion());
    return EXIT.done;
  }
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    const { overview } = await import("./help.ts");
    print(io, overview());
    return name === undefined ? EXIT.usage : EXIT.done;
  }
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (entry === undefined)
    throw usage(`there is no command ${name}`, { hint: suggest(name, Object.keys(commands)) });
  const command = await entry.load();
  const options = rest.includes("--") ? rest.slice(0, rest.indexOf("--")) : rest;
  if (options.includes("--help") || options.includes("-h")) {
    const { commandHelp } = await import("./help.ts");
    print(io, commandHelp(name, command));
    return EXIT.done;
  }
  // A run stops by itself, so that what it has begun can end well.
  if (name !== "run") io.unread.addEventListener("abort", () => process.exit(EXIT.done));
  return command.run(rest, io, commands);
}

/** In GitHub Actions a line that comes from data could be a command to the runner. */
async function guardedIo(io: Io): Promise<Io> {
  if (io.env["GITHUB_ACTIONS"] !== "true") return io;
  return (await import("./actions.ts")).actionsIo(io);
}

function processIo(): Io {
  const { stdout, stderr, env } = process;
  // Standard output belongs to the commands: what configs and libraries print is for a person.
  globalThis.console = new Console({ stdout: stderr, stderr });
  const unread = new AbortController();
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    unread.abort();
  });
  return {
    // Opened only where it is read: opening it keeps a process that reads no keys alive.
    get stdin() {
      return process.stdin;
    },
    stdout,
    stderr,
    env,
    cwd: process.cwd(),
    unread: unread.signal,
  };
}
