import type { InputTable } from "../../engine/index.ts";
import type { TokenizedDocument } from "../../lib/examples/document.ts";
import type { PairOptions } from "../../lib/examples/options.ts";
import type { OtherDocuments } from "../../lib/examples/pairs.ts";
import type { RandomStream } from "../../lib/random.ts";
import type { sentences } from "../tokenize/tables.ts";
import { readDocuments } from "./read-documents.ts";

/** How often google-research/albert draws again where it has drawn the document itself. */
const TRIES = 10;

/**
 * The documents of a partition, by split, to draw others from; none is kept where no segment comes from elsewhere.
 * A partition's own, so that a draw depends on no other partition.
 */
export async function otherDocuments(
  table: InputTable<(typeof sentences)["columns"]>,
  { objective, loneSentence }: Pick<PairOptions, "objective" | "loneSentence">,
): Promise<OtherDocuments> {
  const bySplit = new Map<string, TokenizedDocument[]>();
  if (objective === "nsp" || loneSentence === "other-document") {
    for await (const { document } of readDocuments(table)) {
      if (document.ids.length === 0) continue;
      const kept = bySplit.get(document.split);
      if (kept === undefined) bySplit.set(document.split, [document]);
      else kept.push(document);
    }
  }
  return {
    draw(document: TokenizedDocument, random: RandomStream): TokenizedDocument {
      const all = bySplit.get(document.split) ?? [document];
      for (let tries = 0; tries < TRIES; tries++) {
        const drawn = all[random.below(all.length)]!;
        if (drawn.key !== document.key) return drawn;
      }
      return document;
    },
  };
}
