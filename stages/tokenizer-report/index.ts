import type { z } from "zod";
import type { PlaceOptions, Ref } from "../../engine/index.ts";
import type { documents } from "../ingest/tables.ts";
import type { tokenizer } from "../tokenize/tables.ts";
import type { reportParams } from "./params.ts";
import { countPieces } from "./piece-counts.ts";
import { reportPieces } from "./report-stage.ts";

export { countPieces, reportPieces };

/**
 * What a vocabulary does to text: places `countPieces` and `reportPieces`. The report takes the name `options.as`,
 * its counts that name with `-counts`.
 */
export function tokenizerReport(
  inputs: {
    readonly documents: Ref<typeof documents>;
    readonly tokenizer: Ref<typeof tokenizer>;
  },
  params: z.input<typeof reportParams> = {},
  options: PlaceOptions = {},
): ReturnType<typeof reportPieces> {
  const counted = countPieces(
    inputs,
    {},
    options.as === undefined ? {} : { as: `${options.as}-counts` },
  );
  return reportPieces(counted, params, options);
}
