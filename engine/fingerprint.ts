import { createHash } from "node:crypto";
import type { FingerprintFields } from "./artifact.ts";
import { canonicalJson } from "./canonical-json.ts";
import type { Reason } from "./event.ts";

/** Names the work: sha256, hex, of the canonical JSON of everything that can change the output. */
export function fingerprintOf(fields: FingerprintFields): string {
  return createHash("sha256").update(canonicalJson(fields)).digest("hex");
}

/** Field by field, what is wanted now against what the last artifact was made from; empty where nothing differs. */
export function differences(was: FingerprintFields, is: FingerprintFields): readonly Reason[] {
  return [
    ...changed("stage", { "": was.stage }, { "": is.stage }),
    ...changed("code", { "": short(was.code) }, { "": short(is.code) }),
    ...changed("params", leaves(was.params), leaves(is.params)),
    ...changed("seed", seedOf(was), seedOf(is)),
    ...changed("input", was.inputs, is.inputs, short),
    ...changed("file", was.files, is.files, short),
    ...changed("environment", was.environment, is.environment),
  ];
}

type Values = Readonly<Record<string, string>>;

function changed(
  field: Reason["field"],
  was: Values,
  is: Values,
  shown: (value: string) => string = (value) => value,
): Reason[] {
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])].sort();
  return names
    .filter((name) => was[name] !== is[name])
    .map((name) => ({
      field,
      name,
      ...(was[name] !== undefined && { was: shown(was[name]) }),
      ...(is[name] !== undefined && { is: shown(is[name]) }),
    }));
}

/** Every leaf of a tree of parameters by its dotted path, as JSON. */
function leaves(value: unknown, path: readonly string[] = []): Values {
  if (typeof value !== "object" || value === null || Object.keys(value).length === 0)
    return { [path.join(".")]: JSON.stringify(value) ?? "undefined" };
  return Object.assign(
    {},
    ...Object.entries(value).map(([key, child]) => leaves(child, [...path, key])),
  ) as Values;
}

function seedOf({ seed }: FingerprintFields): Values {
  return seed === null ? {} : { "": String(seed) };
}

/** Digests are compared whole and shown by their first 12 digits. */
function short(digest: string): string {
  return digest.slice(0, 12);
}
