import { type FileHandle, open, stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { EXIT, PipelineError } from "./error.ts";
import type { RunEvent } from "./event.ts";
import { EVENT_TYPES, EVENT_VERSION, runEventSchema } from "./event-schema.ts";
import { explained } from "./file-error.ts";

/** A log that is followed is looked at this often, in ms. */
const LOOK_MS = 150;
const CHUNK = 1 << 20;
const SHOWN = 120;
const LINE_FEED = 0x0a;

/**
 * The events of a log, in order. Types that a newer minor version may have added are passed over, and a last line that
 * is not whole (the run died while writing it) is left out. A PipelineError where there is no log, exit code 5 where a
 * line is none of an event's, and where the log is of a newer version.
 */
export async function* readEvents(path: string): AsyncGenerator<RunEvent> {
  const lines = await LogLines.open(path);
  try {
    for await (const line of lines.all()) {
      const event = parseEvent(line, path, lines.line);
      if (event !== undefined) yield event;
    }
  } finally {
    await lines.close();
  }
}

/** What a log that is followed gives: an event, or that all that was written so far was read. */
export type Followed = { readonly event: RunEvent } | { readonly event: undefined };

/**
 * The events of a log as they are written, until its run is finished or `signal` is aborted; whenever all was read,
 * also a word of that, at least every 150 ms. Throws as `readEvents` does, and where the log is removed meanwhile.
 */
export async function* followEvents(path: string, signal: AbortSignal): AsyncGenerator<Followed> {
  const lines = await LogLines.open(path);
  try {
    while (!signal.aborted) {
      for await (const line of lines.all()) {
        const event = parseEvent(line, path, lines.line);
        if (event === undefined) continue;
        yield { event };
        if (event.type === "run-finished" || signal.aborted) return;
      }
      yield { event: undefined };
      await sleep(LOOK_MS, undefined, { signal }).catch(() => {});
      await lines.checkThere();
    }
  } finally {
    await lines.close();
  }
}

/** The whole lines of a file that may still be written to. */
class LogLines {
  /** Number of the line that was given last, from 1. */
  line = 0;
  readonly #path: string;
  readonly #file: FileHandle;
  #rest = Buffer.alloc(0);
  #position = 0;

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  static async open(path: string): Promise<LogLines> {
    const file = await open(path).catch((cause: unknown) => {
      throw new PipelineError(`there is no log ${path}`, { where: path, cause });
    });
    return new LogLines(path, file);
  }

  /** The lines written since the last that was given; what stands after the last line feed is kept for later. */
  async *all(): AsyncGenerator<string> {
    for (;;) {
      const { buffer, bytesRead } = await explained("reading the event log", this.#path, () =>
        this.#file.read({ buffer: Buffer.alloc(CHUNK), position: this.#position }),
      );
      if (bytesRead === 0) return;
      this.#position += bytesRead;
      const bytes = Buffer.concat([this.#rest, buffer.subarray(0, bytesRead)]);
      let start = 0;
      for (let end = bytes.indexOf(LINE_FEED); end !== -1; end = bytes.indexOf(LINE_FEED, start)) {
        this.line += 1;
        yield bytes.toString("utf8", start, end);
        start = end + 1;
      }
      this.#rest = bytes.subarray(start);
    }
  }

  /** Throws where the file was removed or moved while it is read. */
  async checkThere(): Promise<void> {
    const { nlink } = await this.#file.stat();
    const named = await stat(this.#path).catch(() => undefined);
    if (nlink > 0 && named !== undefined) return;
    throw new PipelineError("the log was removed while it was followed", {
      where: this.#path,
      hint: "its store was deleted or moved, or newer runs have replaced it",
    });
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

/** An event from its line; undefined for a type that is not known. */
function parseEvent(text: string, path: string, line: number): RunEvent | undefined {
  const value = json(text);
  const where = `${path}:${line}`;
  if (typeof value !== "object" || value === null) throw notAnEvent(where, "a line of JSON", text);
  const { v, type } = value as { v?: unknown; type?: unknown };
  if (typeof v === "number" && v > EVENT_VERSION)
    throw new PipelineError("the log is of a newer version of albert-pipeline", {
      where,
      expected: `events of version ${EVENT_VERSION}`,
      got: `version ${v}`,
      hint: "update albert-pipeline",
    });
  if (v === EVENT_VERSION && typeof type === "string" && !EVENT_TYPES.has(type)) return undefined;
  const parsed = runEventSchema.safeParse(value);
  if (parsed.success) return parsed.data as RunEvent;
  const { path: field, message } = parsed.error.issues[0]!;
  throw notAnEvent(where, `${field.join(".") || "event"}: ${message}`, text);
}

function notAnEvent(where: string, expected: string, text: string): PipelineError {
  return new PipelineError(`${where} is not an event`, {
    where,
    expected,
    got: text.slice(0, SHOWN),
    exitCode: EXIT.corrupt,
  });
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
