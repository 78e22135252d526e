import type { Manifest } from "../engine/index.ts";
import { formatInteger } from "../lib/format.ts";

/** How a fresh node knows that nothing changed, e.g. `3f2a99887766: code, params, 233 files unchanged`. */
export function knownBy({ fingerprint, fields }: Manifest): string {
  const files = Object.keys(fields.files).length;
  const inputs = Object.keys(fields.inputs);
  const what = [
    "code",
    "params",
    ...(fields.seed === null ? [] : ["seed"]),
    ...(inputs.length === 0 ? [] : inputs),
    ...(files === 0 ? [] : [files === 1 ? "1 file" : `${formatInteger(files)} files`]),
    ...Object.keys(fields.environment),
  ];
  return `${fingerprint.slice(0, 12)}: ${what.join(", ")} unchanged`;
}
