import { z } from "zod";
import { TokenizerError } from "./tokenizer-error.ts";

const addedToken = z.looseObject({
  id: z.int().min(0),
  content: z.string(),
  special: z.boolean().default(false),
});

/** A `tokenizer.json` as far as every kind of model has the same fields. */
export const tokenizerJson = z.looseObject({
  added_tokens: z.array(addedToken).nullish(),
  normalizer: z.unknown(),
  pre_tokenizer: z.unknown(),
  model: z.looseObject({ type: z.string().nullish() }),
});

export type TokenizerJson = z.output<typeof tokenizerJson>;
export type AddedToken = z.output<typeof addedToken>;

/** Reads a JSON file's content by a schema. A TokenizerError where it is not JSON or not of that form. */
export function parseJson<S extends z.ZodType>(
  bytes: Uint8Array,
  schema: S,
  where: string,
): z.output<S> {
  let content: unknown;
  try {
    content = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new TokenizerError("a tokenizer's file is not JSON", {
      where,
      expected: "JSON",
      got: error instanceof Error ? error.message : String(error),
    });
  }
  return parseBy(schema, content, where);
}

/** Checks a part of a JSON file by a schema. A TokenizerError where it is not of that form. */
export function parseBy<S extends z.ZodType>(
  schema: S,
  content: unknown,
  where: string,
): z.output<S> {
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new TokenizerError("a tokenizer's file is not of a form that is read here", {
    where,
    expected: "a tokenizer.json of Hugging Face's tokenizers",
    got: z.prettifyError(parsed.error),
  });
}
