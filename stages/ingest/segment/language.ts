import { z } from "zod";

/** Whose rules split a source's sentences: `auto`, or a language's code of ISO 639, such as ko. */
export const languageSchema = z
  .string()
  .regex(/^(auto|[a-z]{2,3})$/, "auto, or a language's code of two or three letters, such as ko")
  .default("auto");

export type LanguageOption = z.output<typeof languageSchema>;

/** The primary subtag of a BCP 47 tag as data has it (`en`, `en-US`, `zh_TW`), in small letters, if it is one. */
export function primarySubtag(tag: string | undefined): string | undefined {
  const subtag = /^\s*([a-z]{2,3})(?![a-z0-9])/i.exec(tag ?? "")?.[1]?.toLowerCase();
  return subtag === "und" ? undefined : subtag;
}
