import { createHash } from "node:crypto";
import { PipelineError } from "../../../engine/index.ts";
import { DigestSet } from "../digest-set.ts";

const MOST_CHARACTERS = 4096;

/**
 * A member's path with plain slashes between its segments and without "." and empty ones; backslashes, which some
 * Windows programs write, are slashes. Throws a PipelineError where the path leaves the archive (it is absolute,
 * names a drive or goes up), holds control characters, or is empty or endless: such archives are made to do harm.
 */
export function cleanedName(raw: string, path: string): string {
  const slashed = raw.replaceAll("\\", "/");
  const segments = slashed.split("/");
  const name = segments.filter((segment) => segment !== "" && segment !== ".").join("/");
  const wrong = slashed.startsWith("/")
    ? "an absolute path"
    : /^[A-Za-z]:/.test(slashed)
      ? "a path with a drive"
      : segments.includes("..")
        ? "a path that goes up"
        : /\p{Cc}/u.test(slashed)
          ? "a name with control characters"
          : name === ""
            ? "a name without characters"
            : name.length > MOST_CHARACTERS
              ? `a name of ${name.length} characters`
              : undefined;
  if (wrong === undefined) return name;
  throw new PipelineError(`${path} has a member with a dangerous name`, {
    where: path,
    expected: "names below the archive's own folder",
    got: `${wrong}: ${JSON.stringify(raw.slice(0, 200))}`,
    hint: "do not trust this archive; if it is yours, pack its files anew with relative paths",
  });
}

/** The names of an archive's members so far, in some 20 bytes each, to refuse a second one of a name. */
export class MemberNames {
  readonly #path: string;
  readonly #names = new DigestSet();

  constructor(path: string) {
    this.#path = path;
  }

  /** Adds a cleaned name; throws a PipelineError where it was there. */
  add(name: string): void {
    if (this.#names.add(createHash("sha256").update(name).digest())) return;
    throw new PipelineError(`${this.#path} has two members of one name`, {
      where: `${this.#path}!${name}`,
      expected: "members whose paths differ, also once cleaned",
      got: JSON.stringify(name),
      hint: "pack the archive anew; with tar -r or -u it keeps older versions of its files",
    });
  }
}

/** Bytes as text: UTF-8, or where they are not, ASCII with other bytes as %ff, so that names stay different. */
export function decodedName(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    const latin1 = Buffer.from(bytes).toString("latin1");
    return latin1.replace(/[\x80-\xff]/g, (byte) => `%${byte.charCodeAt(0).toString(16)}`);
  }
}
