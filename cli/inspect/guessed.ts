import { formatNumber } from "../../lib/format.ts";
import { decodeIds } from "../../lib/tokenizer/decode.ts";
import type { TokenizerDefinition } from "../../lib/tokenizer/definition.ts";
import { askedOf, type DecodedRow, maskedRuns } from "./decoded.ts";
import type { Guess } from "./guesser.ts";
import type { TableRow } from "./rows.ts";

/** A model's answers beside what was asked, pieces in a row together, with their joint probability. */
export function guessedLines(
  tokenizer: TokenizerDefinition,
  row: TableRow,
  { pieces, inOrder }: Guess,
): DecodedRow["lines"] {
  const { positions, targets } = askedOf(row);
  const words = maskedRuns(positions).map((run) => {
    const text = (ids: readonly number[]) => decodeIds(tokenizer, ids);
    const joint = (of: "probability" | "ofTarget") =>
      formatNumber(run.reduce((product, index) => product * pieces[index]![of], 1));
    const best = text(run.map((index) => pieces[index]!.id));
    const wanted = text(run.map((index) => targets[index]!));
    const answer = `${positions[run[0]!]}: ${best} ${joint("probability")}`;
    return best === wanted ? `${answer} ✓` : `${answer} (${wanted} ${joint("ofTarget")})`;
  });
  const label = row["sentence_order_label"];
  const asked = label === 0 || label === 1;
  const right = inOrder > 0.5 === (label === 0);
  return [
    ...(words.length === 0 ? [] : [["model", words.join(", ")] as const]),
    ...(asked
      ? [["order", `B follows A ${formatNumber(inOrder)} ${right ? "✓" : "✗"}`] as const]
      : []),
  ];
}
