import type { RawDocument } from "../reader.ts";

/** A record of which no document can be made, and why. */
export class BrokenRecord extends Error {
  readonly hint: string | undefined;

  constructor(reason: string, hint?: string) {
    super(reason);
    this.hint = hint;
  }
}

/**
 * A key as text: a string that is not blank, or a whole number. Throws a BrokenRecord where the value is neither.
 */
export function keyOf(value: unknown, what: string): string {
  if (typeof value === "string" && value.trim() !== "") return value;
  if (Number.isSafeInteger(value) || typeof value === "bigint") return String(value);
  throw new BrokenRecord(`${what} is no key: neither a string that is not blank nor an integer`);
}

/** A title or language tag as text, undefined where there is none. Throws a BrokenRecord where it is something else. */
export function labelOf(value: unknown, what: string): string | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  throw new BrokenRecord(`${what} is no string`);
}

/** A document with the labels that there are. */
export function documentOf(
  line: number,
  blocks: readonly string[],
  labels: {
    readonly givenKey: string | undefined;
    readonly title: string | undefined;
    readonly language: string | undefined;
  },
  cleaned: (line: string) => string,
): RawDocument {
  const title = labels.title === undefined ? "" : cleaned(labels.title);
  return {
    line,
    blocks,
    ...(labels.givenKey !== undefined && { givenKey: cleaned(labels.givenKey) }),
    ...(title !== "" && { title }),
    ...(labels.language !== undefined && { language: labels.language }),
  };
}
