import type { z } from "zod";
import type { PlaceOptions, Ref, Refs } from "../../engine/index.ts";
import type { documents } from "../ingest/tables.ts";
import { findDuplicates } from "./duplicates.ts";
import { duplicateParams, type signatureParams } from "./params.ts";
import { signDocuments } from "./signatures.ts";
import type { duplicates as duplicatesTable } from "./tables.ts";
import { keepUnique } from "./unique.ts";

export { findDuplicates, keepUnique, signDocuments };

const duplicateKeys = new Set<string>(Object.keys(duplicateParams.unwrap().shape));

/**
 * Documents without those that say what another says, and a table of what went and why: places `signDocuments`,
 * `findDuplicates` and `keepUnique`, and gives each its own of `params`. The documents' node takes the name
 * `options.as`, the others that name with `-signatures` and `-duplicates`.
 */
export function deduplicate(
  inputs: { readonly documents: Ref<typeof documents> },
  params: z.input<typeof signatureParams> & z.input<typeof duplicateParams> = {},
  options: PlaceOptions = {},
): Refs<{ documents: typeof documents; duplicates: typeof duplicatesTable }> {
  const own = (find: boolean) =>
    Object.fromEntries(Object.entries(params).filter(([key]) => duplicateKeys.has(key) === find));
  const named = (suffix: string) =>
    options.as === undefined ? {} : { as: `${options.as}-${suffix}` };
  const { signatures } = signDocuments(inputs, own(false), named("signatures"));
  const { duplicates } = findDuplicates({ signatures }, own(true), named("duplicates"));
  return { ...keepUnique({ ...inputs, duplicates }, {}, options), duplicates };
}
