import { join } from "node:path";
import type { Artifact, FileStore } from "../../engine/index.ts";
import { Guesser } from "../inspect/guesser.ts";

/** The output in which training leaves its model. */
const CHECKPOINT = "checkpoint";

/** Finds the model that was trained on a table of examples by what manifests say, and keeps the last one open. */
export class ModelSearch {
  readonly #store: FileStore;
  readonly #inputs: ReadonlyMap<string, readonly string[]>;
  #opened: { readonly folder: string; readonly guesser: Promise<Guesser> } | undefined;

  /** `inputs` says which nodes each node reads. */
  constructor(store: FileStore, inputs: ReadonlyMap<string, readonly string[]>) {
    this.#store = store;
    this.#inputs = inputs;
  }

  /** The newest model of a node that read this output of the artifact; undefined where there is none yet. */
  async of({ manifest }: Artifact, output: string): Promise<Guesser | undefined> {
    const digest = manifest.outputs[output]?.digest;
    const readers = [...this.#inputs].filter(([, read]) => read.includes(manifest.node));
    const artifacts = await Promise.all(readers.map(([id]) => this.#store.artifacts(id)));
    const trained = artifacts
      .flat()
      .filter(({ manifest: { fields, outputs } }) => {
        return outputs[CHECKPOINT] !== undefined && fields.inputs["examples"] === digest;
      })
      .sort((a, b) => a.manifest.finished.localeCompare(b.manifest.finished));
    const newest = trained.at(-1);
    return newest === undefined ? undefined : await this.#open(join(newest.folder, CHECKPOINT));
  }

  #open(folder: string): Promise<Guesser> {
    if (this.#opened?.folder !== folder) this.#opened = { folder, guesser: Guesser.open(folder) };
    return this.#opened.guesser;
  }
}
