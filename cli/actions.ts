import type { RunEvent } from "../engine/index.ts";
import { sanitize } from "../lib/sanitize.ts";
import { type Io, print, tell } from "./io.ts";
import { PlainLines } from "./plain-lines.ts";
import { type Reporter, STOPPING } from "./reporter.ts";

/** Progress is said outside of the groups, which stay closed: often enough to see that the run lives. */
const INTERVAL_MS = 30_000;

/**
 * Writes a workflow command of GitHub Actions, of which `value` and `title` may come from data
 * (docs.github.com/actions, workflow commands).
 */
export type WriteCommand = (name: string, value?: string, title?: string) => void;

/**
 * The world of a command in GitHub Actions: what it prints is guarded, so that no line of it passes for a workflow
 * command, and commands have a way of their own.
 */
export function actionsIo(io: Io): Io {
  const raw = io.stdout;
  const { env, cwd, unread } = io;
  return {
    env,
    cwd,
    unread,
    // Not copied: its getter opens it.
    get stdin() {
      return io.stdin;
    },
    stdout: guarded(io.stdout),
    stderr: guarded(io.stderr),
    workflow(name, value = "", title) {
      const property = title === undefined ? "" : ` title=${escaped(title, /[%\r\n:,]/g)}`;
      raw.write(`::${name}${property}::${escaped(value, /[%\r\n]/g)}\n`);
    },
  };
}

/** Lines that would be read as commands get a space that ends that. */
export function guard(text: string): string {
  return text.replace(/^([^\S\n]*):(?=:)/gm, "$1: ").replaceAll("##[", "## [");
}

/** A run's lines, of each node together in a group that opens when the node has ended; a failure is an annotation. */
export function actionsLines(io: Io, workflow: WriteCommand): Reporter {
  const lines = new PlainLines(INTERVAL_MS);
  const held = new Map<string, string[]>();
  const open = (node: string, title: string): void => {
    const own = held.get(node);
    held.delete(node);
    if (own === undefined) {
      print(io, title);
      return;
    }
    workflow("group", title);
    for (const line of own) print(io, line);
    workflow("endgroup");
  };
  return {
    report(event) {
      const line = lines.line(event);
      if (line !== undefined) {
        const text = sanitize(line);
        if (ends(event)) open(event.node, text);
        else if ("node" in event && event.node !== "" && event.type !== "node-progress")
          held.set(event.node, [...(held.get(event.node) ?? []), text]);
        else print(io, text);
      }
      if (event.type === "node-failed")
        workflow("error", sanitize(event.error.message), sanitize(event.node));
      if (event.type === "run-finished")
        for (const node of [...held.keys()]) open(node, `stopped  ${sanitize(node)}`);
    },
    stopping: () => tell(io, STOPPING),
    [Symbol.dispose]() {},
  };
}

function ends(event: RunEvent): event is RunEvent & { type: "node-finished" | "node-failed" } {
  return event.type === "node-finished" || event.type === "node-failed";
}

function guarded(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  const view: NodeJS.WriteStream = Object.create(stream);
  view.write = ((text: string) => stream.write(guard(text))) as NodeJS.WriteStream["write"];
  return view;
}

function escaped(text: string, what: RegExp): string {
  return text.replace(what, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
  });
}
