import type {
  Artifact,
  Columns,
  FileStore,
  InputTable,
  NodeDefinition,
  Ref,
} from "../../engine/index.ts";
import { openOutput } from "./open.ts";
import { rowReader } from "./rows.ts";

/** Pieces by id. */
export type Vocab = ReadonlyMap<number, string>;

/** The vocabulary with which a node's ids were made: the nearest input upstream with columns `id` and `piece`. */
export async function vocabOf(
  store: FileStore,
  node: NodeDefinition,
  artifact: Artifact,
): Promise<Vocab | undefined> {
  const inputs = Object.entries(node.inputs);
  for (const [input, ref] of inputs) {
    if (!isVocab(ref)) continue;
    const source = await sourceOf(store, ref, artifact.manifest.fields.inputs[input]);
    if (source !== undefined) return readVocab(await openOutput(source, ref.output, ref.type));
  }
  for (const [input, ref] of inputs) {
    const source = await sourceOf(store, ref, artifact.manifest.fields.inputs[input]);
    const found = source === undefined ? undefined : await vocabOf(store, ref.node, source);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Ids as text: pieces joined to words, a piece of no known id as its number. */
export function decode(vocab: Vocab, ids: readonly number[]): string {
  return joinPieces(ids.map((id) => pieceOf(vocab, id)));
}

/** The piece of an id. */
export function pieceOf(vocab: Vocab, id: number): string {
  return vocab.get(id) ?? `<${id}>`;
}

/** Words from WordPiece's pieces, of which those inside of a word begin with `##`. */
export function joinPieces(pieces: readonly string[]): string {
  return pieces
    .map((piece, index) => {
      if (index === 0) return piece;
      return piece.startsWith("##") ? piece.slice(2) : ` ${piece}`;
    })
    .join("");
}

function isVocab({ type }: Ref): boolean {
  return (
    type.kind === "table" && type.columns["id"] === "int32" && type.columns["piece"] === "utf8"
  );
}

/** The artifact whose output of that digest was read, not merely the latest. */
async function sourceOf(
  store: FileStore,
  ref: Ref,
  digest: string | undefined,
): Promise<Artifact | undefined> {
  const all = await store.artifacts(ref.node.id);
  return all.find(({ manifest }) => manifest.outputs[ref.output]?.digest === digest);
}

async function readVocab(table: unknown): Promise<Vocab> {
  const { columns, ...rest } = table as InputTable<Columns>;
  const pieces = new Map<number, string>();
  for await (const batch of rest.batches()) {
    const read = rowReader(columns, batch);
    for (let row = 0; row < batch.numRows; row++) {
      const { id, piece } = read(row);
      pieces.set(id as number, piece as string);
    }
  }
  return pieces;
}
