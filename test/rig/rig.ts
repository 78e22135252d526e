import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type Artifact,
  FileStore,
  type Pipeline,
  type RunEvent,
  type RunOptions,
  type RunResult,
  run,
} from "../../engine/index.ts";
import { tempFolder } from "./temp-folder.ts";

/** What a run did, as tests ask about it. */
export interface Ran extends RunResult {
  readonly events: readonly RunEvent[];
  /** The ids of the nodes that were run, not found, in the order in which they finished. */
  readonly ran: readonly string[];
}

/** A store and a folder of source files in a temporary place, and runs in this thread. */
export class Rig {
  readonly folder: string;
  readonly store: string;

  private constructor(folder: string) {
    this.folder = folder;
    this.store = join(folder, "artifacts");
  }

  static async create(): Promise<Rig> {
    return new Rig(await tempFolder());
  }

  /** Writes a source file and gives its path. */
  async file(name: string, text: string): Promise<string> {
    const path = join(this.folder, name);
    await writeFile(path, text);
    return path;
  }

  /** Runs as the command line does: the store is opened for this run and closed after it. */
  async run(pipeline: Pipeline, options: Partial<RunOptions> = {}): Promise<Ran> {
    const store = await FileStore.open(this.store, { write: true });
    const events: RunEvent[] = [];
    try {
      const result = await run(pipeline, {
        store,
        inline: true,
        ...options,
        onEvent: (event) => {
          events.push(event);
          options.onEvent?.(event);
        },
      });
      const finished = events.filter((event) => event.type === "node-finished");
      const ran = finished.filter(({ how }) => how === "ran").map(({ node }) => node);
      return { ...result, events, ran };
    } finally {
      await store.close();
    }
  }
}

/** Digest of every output of every artifact, by `node.output`. */
export function digests(artifacts: ReadonlyMap<string, Artifact>): Record<string, string> {
  const entries = [...artifacts].flatMap(([node, { manifest }]) =>
    Object.entries(manifest.outputs).map(([output, { digest }]) => [`${node}.${output}`, digest]),
  );
  return Object.fromEntries(entries);
}
