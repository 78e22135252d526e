import { join } from "node:path";
import type { Artifact, FileStore } from "../../engine/index.ts";
import type { TokenizerDefinition } from "../../lib/tokenizer/definition.ts";
import { readTokenizerInput } from "../../stages/tokenizer-input.ts";
import { holdsTokenizer } from "../../stages/tokenizer-of.ts";

/** Finds the tokenizer with which an artifact's ids were made by what manifests say, and remembers those it has read. */
export class TokenizerSearch {
  readonly #store: FileStore;
  readonly #inputsOf: (node: string) => readonly string[];
  readonly #read = new Map<string, Promise<TokenizerDefinition>>();

  constructor(store: FileStore, inputsOf: (node: string) => readonly string[]) {
    this.#store = store;
    this.#inputsOf = inputsOf;
  }

  /** That of the nearest folder upstream that holds one. */
  async of(artifact: Artifact): Promise<TokenizerDefinition | undefined> {
    const seen = new Set<string>();
    for (let level = [artifact]; level.length > 0; ) {
      const above = (await Promise.all(level.map((each) => this.#sources(each)))).flat();
      for (const { source, output } of above)
        if (holdsTokenizer(source, output)) return await this.#open(join(source.folder, output));
      level = above.map(({ source }) => source).filter(({ folder }) => !seen.has(folder));
      for (const { folder } of level) seen.add(folder);
    }
    return undefined;
  }

  /** The artifacts that one was made from: those with an output of a digest that it read. */
  async #sources({ manifest }: Artifact): Promise<{ source: Artifact; output: string }[]> {
    const digests = new Set(Object.values(manifest.fields.inputs));
    const candidates = await Promise.all(
      this.#inputsOf(manifest.node).map((node) => this.#store.artifacts(node)),
    );
    return candidates.flat().flatMap((source) =>
      Object.entries(source.manifest.outputs)
        .filter(([, { digest }]) => digests.has(digest))
        .map(([output]) => ({ source, output })),
    );
  }

  #open(path: string): Promise<TokenizerDefinition> {
    const known = this.#read.get(path) ?? readTokenizerInput({ path });
    this.#read.set(path, known);
    return known;
  }
}
