import { type Inputs, makeBatch, type StageContext } from "../../engine/index.ts";
import { dropExact } from "./exact.ts";
import { Kept } from "./kept.ts";
import { namesOf } from "./names.ts";
import { dropNear } from "./near.ts";
import type { DuplicateParams } from "./params.ts";
import { report } from "./report.ts";
import { SignatureSet } from "./signature-set.ts";
import { duplicates, type signatures } from "./tables.ts";

/** Rows in a batch of duplicates. */
const BATCH_ROWS = 1 << 16;

type Context = StageContext<DuplicateParams, { duplicates: typeof duplicates }>;

/** Says which documents are left out, for which others, and logs an account of them. */
export async function* listDuplicates(
  inputs: Inputs<{ signatures: typeof signatures }>,
  context: Context,
) {
  const { params, signal } = context;
  const total = inputs.signatures.rows;
  const set = await SignatureSet.read(inputs.signatures, (rows) => {
    context.progress(rows, total, "documents");
    signal.throwIfAborted();
  });
  const kept = new Kept(set.size);
  dropExact(set, kept);
  if (params.near) {
    const { crowded } = dropNear(set, kept, params.threshold, (done, all, unit) => {
      context.progress(done, all, unit);
      signal.throwIfAborted();
    });
    if (crowded > 0)
      context.log(
        "warn",
        `${crowded} groups of documents have much in common without being ${params.threshold} alike, and were ` +
          "compared in part: some near-duplicates may be left; a higher threshold compares fewer strangers",
      );
  }
  kept.settle();

  const sizes = new Int32Array(set.size);
  for (const rank of kept.by) sizes[rank]!++;
  const dropped = droppedRanks(kept, sizes);
  const names = await namesOf(inputs.signatures, set, kept, sizes);
  for (let start = 0; start < dropped.length; start += BATCH_ROWS) {
    const ranks = [...dropped.subarray(start, start + BATCH_ROWS)];
    const by = ranks.map((rank) => kept.by[rank]!);
    yield {
      duplicates: makeBatch(duplicates, {
        document_key: ranks.map((rank) => names.get(rank)!.key),
        source: ranks.map((rank) => names.get(rank)!.source),
        kept_key: by.map((rank) => names.get(rank)!.key),
        kept_source: by.map((rank) => names.get(rank)!.source),
        kind: ranks.map((rank) => (kept.near[rank] === 1 ? "near" : "exact")),
        similarity: ranks.map((rank) => kept.similarity[rank]!),
        cluster_size: by.map((rank) => sizes[rank]!),
      }),
    };
  }
  for (const line of report(set.size, dropped, kept, sizes, names)) context.log("info", line);
}

/** What goes: larger clusters first, then by the rank of the kept document and by one's own. */
function droppedRanks(kept: Kept, sizes: Int32Array): Uint32Array {
  const ranks = new Uint32Array(kept.dropped());
  let at = 0;
  for (let rank = 0; rank < kept.by.length; rank++) if (!kept.isKept(rank)) ranks[at++] = rank;
  return ranks.sort((a, b) => {
    const [first, second] = [kept.by[a]!, kept.by[b]!];
    return sizes[second]! - sizes[first]! || first - second || a - b;
  });
}
